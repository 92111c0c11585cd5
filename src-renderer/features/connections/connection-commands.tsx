import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Connection, Connector } from '#contract/connections.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { Switch } from '#renderer/ui/switch.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'

const useRefresh = () => {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: orpc.connections.key() })
}

/** Turns a connection on and off, at once. */
export const EnabledSwitch = ({ connection, name }: { connection: Connection; name: string }) => {
  const { inOrganization } = useScope()
  const refresh = useRefresh()
  const { onError, explanation } = useActionFailure()
  const toggle = useMutation(orpc.connections.setEnabled.mutationOptions({ onError, onSuccess: refresh }))
  return (
    <>
      <Switch
        aria-label={`${name} enabled`}
        checked={connection.enabled}
        disabled={toggle.isPending}
        onCheckedChange={(enabled) =>
          toggle.mutate({ ...inOrganization, connectionId: connection.id, enabled })
        }
      />
      {explanation}
    </>
  )
}

/** Checks the stored settings, and tells what was found. */
export const useCheck = (connection: Connection) => {
  const { inOrganization } = useScope()
  const refresh = useRefresh()
  const { onError, explanation } = useActionFailure()
  const check = useMutation(
    orpc.connections.check.mutationOptions({
      onError,
      onSuccess: async (checked) => {
        if (checked.check?.status === 'ok') toast.success('The settings are fine')
        else toast.error(checked.check?.reason ?? 'The settings could not be checked')
        await refresh()
      },
    }),
  )
  return {
    check: () => check.mutate({ ...inOrganization, connectionId: connection.id }),
    checking: check.isPending,
    explanation,
  }
}

interface AskProps {
  connector: Connector
  connection: Connection
  /** The place as people call it. */
  place: string
  onClose: () => void
}

/** Asks before what the connector has stored is cleared. */
export const ResetDialog = ({ connector, connection, place, onClose }: AskProps) => {
  const { inOrganization } = useScope()
  const refresh = useRefresh()
  const reset = useMutation(
    orpc.connections.reset.mutationOptions({
      onSuccess: async () => {
        await refresh()
        toast.success(`${connector.name} was reset`)
        onClose()
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Reset ${connector.name} for ${place}`}
      consequence="Clears what the connector has stored here – its authorization and the result of its check – and starts its time of connection anew. Settings, secrets and grants stay."
      confirmLabel="Reset connection"
      busy={reset.isPending}
      failure={reset.isError ? failureOf(reset.error) : null}
      onConfirm={() => reset.mutate({ ...inOrganization, connectionId: connection.id })}
    />
  )
}

/** Asks before a connection ends, and ends it. */
export const DisconnectDialog = ({
  connector,
  connection,
  place,
  onClose,
  onDone,
}: AskProps & { onDone: () => void }) => {
  const { inOrganization } = useScope()
  const refresh = useRefresh()
  const disconnect = useMutation(
    orpc.connections.disconnect.mutationOptions({
      onSuccess: async () => {
        onDone()
        toast.success(`${connector.name} was disconnected`)
        await refresh()
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Disconnect ${connector.name} from ${place}`}
      consequence="Ends the connection and deletes its settings and secrets. To connect again they have to be entered anew. The history stays."
      confirmLabel="Disconnect"
      busy={disconnect.isPending}
      failure={disconnect.isError ? failureOf(disconnect.error) : null}
      onConfirm={() => disconnect.mutate({ ...inOrganization, connectionId: connection.id })}
    />
  )
}
