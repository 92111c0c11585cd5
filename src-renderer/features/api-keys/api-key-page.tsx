import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { z } from 'zod'
import { type ApiKey, apiKeyCreateSchema } from '#contract/api-keys.ts'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { CheckboxGroupField, FormProblem, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { ApiKeyStatusBadge } from '#renderer/ui/status-badge.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { KeyPrefix } from './key-prefix.tsx'
import { environmentLabels, environmentOptions, scopeOptions } from './labels.ts'
import { isRevocable, RevokeKeysDialog } from './revoke-keys-dialog.tsx'

const crumbs = [{ label: 'API keys', to: paths.apiKeys }]

const editSchema = apiKeyCreateSchema
  .pick({ name: true, environment: true, scopes: true })
  .extend({ description: z.string().trim().max(500) })

const EditForm = ({ apiKey }: { apiKey: ApiKey }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, form, onSubmit, failure, busy } = useZodForm(editSchema, {
    defaultValues: {
      name: apiKey.name,
      description: apiKey.description,
      environment: apiKey.environment,
      scopes: apiKey.scopes,
    },
    submit: async (fields) => {
      const saved = await client.apiKeys.update({ ...inOrganization, apiKeyId: apiKey.id, ...fields })
      form.reset(fields)
      queryClient.setQueryData(
        orpc.apiKeys.get.queryKey({ input: { ...inOrganization, apiKeyId: apiKey.id } }),
        saved,
      )
      await queryClient.invalidateQueries({ queryKey: orpc.apiKeys.key() })
      toast.success('Saved')
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate className="max-w-xl space-y-4">
      <FormProblem failure={failure} />
      <TextField control={control} name="name" label="Name" />
      <TextField control={control} name="description" label="Description" optional rows={2} />
      <SelectField
        control={control}
        name="environment"
        label="Environment"
        hint="The secret and its prefix stay as they are."
        options={environmentOptions}
      />
      <CheckboxGroupField
        control={control}
        name="scopes"
        label="Scopes"
        hint="A change takes effect with the next call."
        options={scopeOptions}
      />
      <div className="flex gap-2">
        <Button look="primary" type="submit" busy={busy} disabled={!form.formState.isDirty}>
          Save
        </Button>
        {form.formState.isDirty && <Button onClick={() => form.reset()}>Discard changes</Button>}
      </div>
    </form>
  )
}

const ReadOnly = ({ apiKey }: { apiKey: ApiKey }) => (
  <DescriptionList>
    <Description term="Name">{apiKey.name}</Description>
    <Description term="Description">
      {apiKey.description || <span className="text-muted">None</span>}
    </Description>
    <Description term="Environment">{environmentLabels[apiKey.environment]}</Description>
    <Description term="Scopes">
      <span className="flex gap-1">
        {apiKey.scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </span>
    </Description>
  </DescriptionList>
)

const Facts = ({ apiKey }: { apiKey: ApiKey }) => (
  <DescriptionList>
    <Description term="Prefix">
      <KeyPrefix prefix={apiKey.prefix} name={apiKey.name} />
    </Description>
    <Description term="Last used">
      {apiKey.lastUsedAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <>
          <AbsoluteTime at={apiKey.lastUsedAt} />
          {apiKey.lastUsedAddress && <span className="block text-muted">from {apiKey.lastUsedAddress}</span>}
        </>
      )}
    </Description>
    <Description term="Created">
      <AbsoluteTime at={apiKey.createdAt} />
      <span className="block text-muted">by {apiKey.createdBy}</span>
    </Description>
    <Description term="Expires">
      {apiKey.expiresAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <AbsoluteTime at={apiKey.expiresAt} />
      )}
    </Description>
    {apiKey.revokedAt !== null && (
      <Description term="Revoked">
        <AbsoluteTime at={apiKey.revokedAt} />
      </Description>
    )}
    <Description term="Key id">
      <CopyableText text={apiKey.id} label="Copy key id" />
    </Description>
  </DescriptionList>
)

const Details = ({ apiKey }: { apiKey: ApiKey }) => {
  const mayManage = useDecision('api_keys.manage')?.allowed ?? false
  const [revoking, setRevoking] = useState(false)
  const editable = mayManage && isRevocable(apiKey)
  return (
    <Page
      title={apiKey.name}
      crumbs={crumbs}
      badge={<ApiKeyStatusBadge status={apiKey.status} />}
      actions={
        editable && (
          <Button onClick={() => setRevoking(true)}>
            <Ban aria-hidden />
            Revoke key
          </Button>
        )
      }
    >
      <RefusalNotice action="api_keys.manage" />
      {apiKey.status === 'revoked' && (
        <Banner tone="danger" title="This key is revoked">
          Every call with it is refused. It stays in the list so that you can see who used it.
        </Banner>
      )}
      {apiKey.status === 'expired' && (
        <Banner tone="warning" title="This key has expired">
          Every call with it is refused. Create a new key for the program that used it.
        </Banner>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Card title="Key">
          {editable ? <EditForm key={apiKey.id} apiKey={apiKey} /> : <ReadOnly apiKey={apiKey} />}
        </Card>
        <Card title="Use">
          <Facts apiKey={apiKey} />
        </Card>
      </div>
      {revoking && <RevokeKeysDialog keys={[apiKey]} onClose={() => setRevoking(false)} />}
    </Page>
  )
}

const Key = () => {
  const { keyId = '' } = useParams()
  const { inOrganization } = useScope()
  const query = useQuery(orpc.apiKeys.get.queryOptions({ input: { ...inOrganization, apiKeyId: keyId } }))
  return (
    <QueryPage query={query} title="API key" crumbs={crumbs}>
      {(apiKey) => <Details apiKey={apiKey} />}
    </QueryPage>
  )
}

/** `/settings/integrations/api/:keyId` */
export const ApiKeyPage = () => (
  <GatedPage action="api_keys.view" title="API key">
    <Key />
  </GatedPage>
)
