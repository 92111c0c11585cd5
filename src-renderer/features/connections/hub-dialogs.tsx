import { useSearchParams } from 'react-router'
import type { Connection } from '#contract/connections.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { Drawer } from '#renderer/ui/drawer.tsx'
import { useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { ConfigureDialog, ConnectDialog } from './connect-dialog.tsx'
import { ConnectionDrawer } from './connection-drawer.tsx'
import { ConnectionHistory } from './connection-history.tsx'
import type { Catalogue } from './connectors.ts'
import { freePlaces } from './places.ts'

/** What is open over the hub, kept in the URL. */
export const useHubDialogs = () => {
  const [params] = useSearchParams()
  const [connect, setConnect] = useSearchParam('connect')
  const [configure, setConfigure] = useSearchParam('configure')
  const [connection] = useSearchParam('connection')
  const [history, setHistory] = useSearchParam('history')
  const close = useClearParams(['connection', 'configure', 'history'])
  return {
    connect,
    setConnect,
    configure,
    setConfigure,
    connection,
    history,
    setHistory,
    close,
    /** The address of a connection, with the filters as they are. */
    hrefOf: ({ id }: Connection) => {
      const next = new URLSearchParams(params)
      next.set('connection', id)
      return `${paths.connections}?${next}`
    },
  }
}

const usePlaceName = () => {
  const { organization } = useScope()
  return ({ occasionId }: Connection) =>
    occasionId === null
      ? organization.name
      : (organization.occasions.find(({ id }) => id === occasionId)?.name ?? 'an archived occasion')
}

/** The dialogs and drawers of the hub, for what the URL names. */
export const HubDialogs = ({ catalogue }: { catalogue: Catalogue }) => {
  const scope = useScope()
  const { connect, setConnect, configure, setConfigure, connection, history, close } = useHubDialogs()
  const mayManage = useDecision('connections.manage')?.allowed ?? false
  const placeName = usePlaceName()
  const find = (id: string) => {
    const found = catalogue.connections.find((candidate) => candidate.id === id)
    const connector = catalogue.connectors.find((candidate) => candidate.id === found?.connectorId)
    return found && connector ? { connection: found, connector } : null
  }
  const shown = find(connection)
  const configured = mayManage ? find(configure) : null
  const connector = mayManage ? catalogue.connectors.find(({ id }) => id === connect) : undefined
  return (
    <>
      {connector && (
        <ConnectDialog
          key={connector.id}
          connector={connector}
          places={freePlaces(
            scope,
            catalogue.connections.filter(({ connectorId }) => connectorId === connector.id),
          )}
          onClose={() => setConnect('')}
        />
      )}
      {shown && (
        <ConnectionDrawer
          {...shown}
          connectors={catalogue.connectors}
          place={placeName(shown.connection)}
          onConfigure={() => setConfigure(shown.connection.id)}
          onClose={close}
        />
      )}
      {configured && (
        <ConfigureDialog key={configured.connection.id} {...configured} onClose={() => setConfigure('')} />
      )}
      {history === 'all' && (
        <Drawer
          open
          onOpenChange={close}
          title="Connection history"
          description="Who connected, changed and checked what. It stays when a connection ends."
        >
          <ConnectionHistory connectors={catalogue.connectors} />
        </Drawer>
      )}
    </>
  )
}
