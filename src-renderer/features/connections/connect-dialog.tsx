import { useQueryClient } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useId, useState } from 'react'
import type { Connection, Connector } from '#contract/connections.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { Field } from '#renderer/ui/field.tsx'
import { FormProblem } from '#renderer/ui/form.tsx'
import { Select } from '#renderer/ui/select.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { ConnectionFields } from './connection-fields.tsx'
import { changedConfiguration, newConfiguration } from './connection-values.ts'
import { authenticationLabels } from './connectors.ts'
import { type FreePlace, wholeOrganization } from './places.ts'
import { useConnectionForm } from './use-connection-form.ts'

/** What a sign-in at the provider still needs, where the connector uses one. */
const ConsentNote = ({ connector }: { connector: Connector }) =>
  connector.authentication === 'oauth2' ? (
    <Banner icon={ShieldCheck}>
      {connector.name} also asks for consent at its own sign-in. Until that is given the connection is kept as
      “consent pending” and calls nothing.
    </Banner>
  ) : null

/** Asks for what a connector needs, and makes a connection of it. */
export const ConnectDialog = ({
  connector,
  places,
  onClose,
}: {
  connector: Connector
  /** Where there is none of this connector yet. */
  places: readonly FreePlace[]
  onClose: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const ids = { form: useId(), place: useId() }
  const [place, setPlace] = useState(places[0]?.value ?? wholeOrganization)
  const form = useConnectionForm(connector, null, async ({ values, grants }) => {
    // Not a mutation: its cache would keep the secrets.
    await client.connections.connect({
      ...inOrganization,
      occasionId: place === wholeOrganization ? null : place,
      connectorId: connector.id,
      configuration: newConfiguration(connector, values),
      grants,
    })
    await queryClient.invalidateQueries({ queryKey: orpc.connections.key() })
    toast.success(`${connector.name} is connected`)
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Connect ${connector.name}`}
      description={`${connector.description} Sign-in: ${authenticationLabels[connector.authentication]}.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={ids.form} busy={form.busy}>
            Connect
          </Button>
        </>
      }
    >
      <form
        id={ids.form}
        onSubmit={(event) => void form.onSubmit(event)}
        noValidate
        autoComplete="off"
        className="space-y-4"
      >
        <FormProblem failure={form.failure} />
        <ConsentNote connector={connector} />
        <Field id={ids.place} label="For">
          <Select id={ids.place} options={places} value={place} onValueChange={setPlace} />
        </Field>
        <ConnectionFields connector={connector} connection={null} form={form} />
      </form>
    </Dialog>
  )
}

/** Changes the settings and grants of a connection. Secrets that are left empty stay. */
export const ConfigureDialog = ({
  connector,
  connection,
  onClose,
}: {
  connector: Connector
  connection: Connection
  onClose: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const formId = useId()
  const form = useConnectionForm(connector, connection, async ({ values, grants, removedSecrets }) => {
    await client.connections.configure({
      ...inOrganization,
      connectionId: connection.id,
      configuration: changedConfiguration(connector, values, removedSecrets),
      grants,
    })
    await queryClient.invalidateQueries({ queryKey: orpc.connections.key() })
    toast.success('Saved')
    onClose()
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Configure ${connector.name}`}
      description="Secrets are not shown again. Leave one empty to keep it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} busy={form.busy}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => void form.onSubmit(event)}
        noValidate
        autoComplete="off"
        className="space-y-4"
      >
        <FormProblem failure={form.failure} />
        <ConnectionFields connector={connector} connection={connection} form={form} />
      </form>
    </Dialog>
  )
}
