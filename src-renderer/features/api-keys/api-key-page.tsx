import { useQuery } from '@tanstack/react-query'
import { Ban, CirclePlay, CircleStop, RefreshCw } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Link, useParams } from 'react-router'
import type { ApiKey } from '#contract/api-keys.ts'
import type { ApiKeyStatus } from '#contract/vocabulary.ts'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { explorerAddress, paths } from '#renderer/app/paths.ts'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { ApiKeyStatusBadge } from '#renderer/ui/status-badge.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { DisableKeyDialog, useEnableKey } from './disable-key-dialog.tsx'
import { EditKeyForm } from './edit-key-form.tsx'
import { KeyFacts, ReadOnlyKey } from './key-facts.tsx'
import { isRotatable } from './key-state.ts'
import { KeyCallers, KeyUsage } from './key-usage.tsx'
import { isRevocable, RevokeKeysDialog } from './revoke-keys-dialog.tsx'
import { RotateKeyDialog } from './rotate-key-dialog.tsx'

const crumbs = [{ label: 'API keys', to: paths.apiKeys }]

const notices: Partial<Record<ApiKeyStatus, { tone: 'danger' | 'warning'; title: string; text: string }>> = {
  revoked: {
    tone: 'danger',
    title: 'This key is revoked',
    text: 'Every call with it is refused. It stays in the list so that you can see who used it.',
  },
  expired: {
    tone: 'warning',
    title: 'This key has expired',
    text: 'Every call with it is refused. Create a new key for the program that used it.',
  },
  disabled: {
    tone: 'warning',
    title: 'This key is disabled',
    text: 'Every call with it is refused until somebody enables it again.',
  },
  not_yet_valid: {
    tone: 'warning',
    title: 'This key is not valid yet',
    text: 'Calls with it are refused until its time has come.',
  },
}

const StatusNotice = ({ apiKey }: { apiKey: ApiKey }): ReactNode => {
  const notice = notices[apiKey.status]
  if (notice)
    return (
      <Banner tone={notice.tone} title={notice.title}>
        {notice.text}
      </Banner>
    )
  if (apiKey.replacedBy === null) return null
  return (
    <Banner
      tone="warning"
      title="This key was rotated"
      actions={
        <Button asChild size="sm">
          <Link to={paths.apiKey(apiKey.replacedBy)}>Open the new key</Link>
        </Button>
      }
    >
      {apiKey.expiresAt !== null && (
        <>
          It still works until <AbsoluteTime at={apiKey.expiresAt} />
        </>
      )}
    </Banner>
  )
}

const Actions = ({ apiKey }: { apiKey: ApiKey }) => {
  const [asking, setAsking] = useState<'rotate' | 'disable' | 'revoke' | null>(null)
  const { enable, explanation } = useEnableKey()
  const close = () => setAsking(null)
  return (
    <>
      {isRotatable(apiKey) && (
        <Button onClick={() => setAsking('rotate')}>
          <RefreshCw aria-hidden />
          Rotate …
        </Button>
      )}
      {apiKey.disabledAt === null ? (
        <Button onClick={() => setAsking('disable')}>
          <CircleStop aria-hidden />
          Disable …
        </Button>
      ) : (
        <Button onClick={() => enable(apiKey)}>
          <CirclePlay aria-hidden />
          Enable
        </Button>
      )}
      <Button onClick={() => setAsking('revoke')}>
        <Ban aria-hidden />
        Revoke key
      </Button>
      {asking === 'rotate' && <RotateKeyDialog apiKey={apiKey} onClose={close} />}
      {asking === 'disable' && <DisableKeyDialog apiKey={apiKey} onClose={close} />}
      {asking === 'revoke' && <RevokeKeysDialog keys={[apiKey]} onClose={close} />}
      {explanation}
    </>
  )
}

const Details = ({ apiKey }: { apiKey: ApiKey }) => {
  const mayManage = useDecision('api_keys.manage')?.allowed ?? false
  const editable = mayManage && isRevocable(apiKey)
  return (
    <Page
      title={apiKey.name}
      crumbs={crumbs}
      badge={<ApiKeyStatusBadge status={apiKey.status} />}
      actions={
        <>
          <Button asChild>
            <Link to={explorerAddress({ subject: apiKey.id })}>Explain access</Link>
          </Button>
          {editable && <Actions apiKey={apiKey} />}
        </>
      }
    >
      <RefusalNotice action="api_keys.manage" />
      <StatusNotice apiKey={apiKey} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0 space-y-4">
          <KeyUsage apiKey={apiKey} />
          <Card title="Key">
            {editable ? <EditKeyForm key={apiKey.id} apiKey={apiKey} /> : <ReadOnlyKey apiKey={apiKey} />}
          </Card>
        </div>
        <div className="min-w-0 space-y-4">
          <Card title="Use">
            <KeyFacts apiKey={apiKey} />
          </Card>
          <KeyCallers apiKey={apiKey} />
        </div>
      </div>
    </Page>
  )
}

const Key = () => {
  const { keyId = '' } = useParams()
  const { inOrganization } = useScope()
  const query = useQuery(orpc.apiKeys.get.queryOptions({ input: { ...inOrganization, apiKeyId: keyId } }))
  return (
    <QueryPage query={query} title="API key" crumbs={crumbs}>
      {(apiKey) => <Details key={apiKey.id} apiKey={apiKey} />}
    </QueryPage>
  )
}

/** `/settings/integrations/api/:keyId` */
export const ApiKeyPage = () => (
  <GatedPage action="api_keys.view" title="API key">
    <Key />
  </GatedPage>
)
