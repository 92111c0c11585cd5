import { useInfiniteQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { ApiKey } from '#contract/api-keys.ts'
import { apiKeyStatuses, environments } from '#contract/vocabulary.ts'
import { Gated, GatedPage, useDecision } from '#renderer/app/access.tsx'
import { guideAddress, paths } from '#renderer/app/paths.ts'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { apiKeyStatusLabel } from '#renderer/ui/status-badge.tsx'
import { apiKeyHref, apiKeyId, apiKeyName, useApiKeyColumns } from './api-key-columns.tsx'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import { DisableKeyDialog, useEnableKey } from './disable-key-dialog.tsx'
import { ExpiringKeys } from './expiring-keys.tsx'
import { environmentOptions } from './labels.ts'
import { isRevocable, RevokeKeysDialog } from './revoke-keys-dialog.tsx'
import { RotateKeyDialog } from './rotate-key-dialog.tsx'

const filterNames = ['search', 'status', 'environment'] as const
const statusOptions = apiKeyStatuses.map((status) => ({ value: status, label: apiKeyStatusLabel(status) }))
const nothingSelected: ReadonlySet<string> = new Set()

const ApiKeys = () => {
  const { inOrganization } = useScope()
  const [search] = useSearchParam('search')
  const [status, setStatus] = useChoiceParam('status', apiKeyStatuses, '')
  const [environment, setEnvironment] = useChoiceParam('environment', environments, '')
  const [dialog, setDialog] = useSearchParam('dialog')
  const clear = useClearParams(filterNames)
  const filtered = search !== '' || status !== '' || environment !== ''
  const mayManage = useDecision('api_keys.manage')?.allowed ?? false
  const [selected, setSelected] = useState(nothingSelected)
  const [revoking, setRevoking] = useState<readonly ApiKey[]>([])
  const [rotating, setRotating] = useState<ApiKey | null>(null)
  const [disabling, setDisabling] = useState<ApiKey | null>(null)
  const { enable, explanation } = useEnableKey()
  const commands = useMemo(
    () => ({
      onRevoke: (key: ApiKey) => setRevoking([key]),
      onRotate: setRotating,
      onDisable: setDisabling,
      onEnable: enable,
    }),
    [enable],
  )
  const columns = useApiKeyColumns(mayManage ? commands : null)
  const query = useInfiniteQuery(
    orpc.apiKeys.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...inOrganization,
        cursor,
        search: search || undefined,
        status: status || undefined,
        environment: environment || undefined,
      }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const chosen = rows.items.filter((key) => selected.has(key.id) && isRevocable(key))
  const create = (
    <Button look="primary" onClick={() => setDialog('create')}>
      <Plus aria-hidden />
      Create API key
    </Button>
  )
  return (
    <Page
      fill
      title="API keys"
      description="Let programs act for the organization: send events, read what became of them, manage webhooks."
      actions={
        <>
          <Button asChild>
            <Link to={`${paths.documentation}/api-keys`}>Documentation</Link>
          </Button>
          <Gated action="api_keys.manage">{create}</Gated>
        </>
      }
    >
      <RefusalNotice action="api_keys.manage" />
      <ExpiringKeys />
      <FilterBar label="Filter API keys" onClear={filtered ? clear : undefined}>
        <SearchFilter label="Search by name" />
        <ChoiceFilter
          label="Status"
          anyLabel="Any status"
          options={statusOptions}
          value={status}
          onValueChange={setStatus}
        />
        <ChoiceFilter
          label="Environment"
          anyLabel="Any environment"
          options={environmentOptions}
          value={environment}
          onValueChange={setEnvironment}
        />
        {mayManage && chosen.length > 0 && (
          <Button look="danger" className="ml-auto" onClick={() => setRevoking(chosen)}>
            Revoke {formatNumberOf(chosen.length, 'key')}
          </Button>
        )}
      </FilterBar>
      <DataTable
        label="API keys"
        columns={columns}
        rows={rows}
        rowId={apiKeyId}
        rowName={apiKeyName}
        rowHref={apiKeyHref}
        selection={mayManage ? { selected, onChange: setSelected } : undefined}
        onClearFilters={filtered ? clear : undefined}
        empty={{
          icon: KeyRound,
          title: 'No API keys yet',
          guide: guideAddress('api-keys'),
          description: 'Create one for each program that sends events or manages webhooks.',
          actions: mayManage ? create : undefined,
        }}
      />
      {mayManage && <CreateKeyDialog open={dialog === 'create'} onClose={() => setDialog('')} />}
      {revoking.length > 0 && (
        <RevokeKeysDialog
          keys={revoking}
          onClose={() => setRevoking([])}
          onRevoked={() => setSelected(nothingSelected)}
        />
      )}
      {rotating && <RotateKeyDialog apiKey={rotating} onClose={() => setRotating(null)} />}
      {disabling && <DisableKeyDialog apiKey={disabling} onClose={() => setDisabling(null)} />}
      {explanation}
    </Page>
  )
}

/** `/settings/integrations/api` */
export const ApiKeysPage = () => (
  <GatedPage action="api_keys.view" title="API keys">
    <ApiKeys />
  </GatedPage>
)
