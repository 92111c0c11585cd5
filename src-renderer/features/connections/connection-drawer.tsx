import { RotateCcw, Settings2, ShieldCheck, Unplug } from 'lucide-react'
import { useState } from 'react'
import type { Connection, Connector } from '#contract/connections.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Drawer } from '#renderer/ui/drawer.tsx'
import { AbsoluteTime, RelativeTime } from '#renderer/ui/time.tsx'
import { CheckBadge, ConsentBadge, EnabledBadge } from './connection-badges.tsx'
import { DisconnectDialog, EnabledSwitch, ResetDialog, useCheck } from './connection-commands.tsx'
import { secretText } from './connection-fields.tsx'
import { ConnectionHistory } from './connection-history.tsx'

const Heading = ({ children }: { children: string }) => <h3 className="font-semibold">{children}</h3>

const Setting = ({ connector, connection }: { connector: Connector; connection: Connection }) => (
  <DescriptionList>
    {connector.fields.map((field) => {
      const secret = connection.secrets[field.name]
      const option =
        field.kind === 'select'
          ? field.options.find(({ value }) => value === connection.configuration[field.name])?.label
          : undefined
      const value = option ?? connection.configuration[field.name]
      return (
        <Description key={field.name} term={field.label}>
          {secret && <span title="Kept encrypted, never shown">{secretText(secret.tail)}</span>}
          {!secret && (value || <span className="text-muted">Not set</span>)}
        </Description>
      )
    })}
  </DescriptionList>
)

const Grants = ({ connector, connection }: { connector: Connector; connection: Connection }) => {
  const granted = connector.actions.filter(({ name }) => connection.grants.includes(name))
  if (granted.length === 0) return <p className="text-muted">None: the connection may do nothing.</p>
  return (
    <ul className="list-disc space-y-0.5 pl-5 marker:text-muted">
      {granted.map(({ name, description }) => (
        <li key={name}>
          {description} <code className="font-mono text-2xs text-muted">{name}</code>
        </li>
      ))}
    </ul>
  )
}

const Commands = ({
  connector,
  connection,
  place,
  onConfigure,
  onGone,
}: {
  connector: Connector
  connection: Connection
  place: string
  onConfigure: () => void
  onGone: () => void
}) => {
  const [asking, setAsking] = useState<'reset' | 'disconnect' | null>(null)
  const { check, checking, explanation } = useCheck(connection)
  const shared = { connector, connection, place }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="sm" busy={checking} onClick={check}>
        <ShieldCheck aria-hidden />
        Check now
      </Button>
      <Button size="sm" onClick={onConfigure}>
        <Settings2 aria-hidden />
        Configure …
      </Button>
      <Button size="sm" onClick={() => setAsking('reset')}>
        <RotateCcw aria-hidden />
        Reset …
      </Button>
      <Button size="sm" onClick={() => setAsking('disconnect')}>
        <Unplug aria-hidden />
        Disconnect …
      </Button>
      {asking === 'reset' && <ResetDialog {...shared} onClose={() => setAsking(null)} />}
      {asking === 'disconnect' && (
        <DisconnectDialog {...shared} onClose={() => setAsking(null)} onDone={onGone} />
      )}
      {explanation}
    </div>
  )
}

/** One connection in full: state, settings, grants, what can be done with it, and its history. */
export const ConnectionDrawer = ({
  connector,
  connection,
  connectors,
  place,
  onConfigure,
  onClose,
}: {
  connector: Connector
  connection: Connection
  connectors: readonly Connector[]
  place: string
  onConfigure: () => void
  onClose: () => void
}) => {
  const mayManage = useDecision('connections.manage')?.allowed ?? false
  return (
    <Drawer open onOpenChange={onClose} title={connector.name} description={`Connected for ${place}`}>
      <div className="flex flex-wrap items-center gap-2">
        <EnabledBadge connection={connection} />
        <CheckBadge connection={connection} />
        <ConsentBadge connection={connection} />
        {mayManage && (
          <span className="ml-auto">
            <EnabledSwitch connection={connection} name={connector.name} />
          </span>
        )}
      </div>
      {mayManage ? (
        <Commands
          connector={connector}
          connection={connection}
          place={place}
          onConfigure={onConfigure}
          onGone={onClose}
        />
      ) : (
        <RefusalNotice action="connections.manage" />
      )}
      {connection.check && (
        <Banner tone={connection.check.status === 'ok' ? 'neutral' : 'danger'} title="Latest check">
          <p>{connection.check.reason}</p>
          <p className="text-muted">
            <RelativeTime at={connection.check.checkedAt} />. A check reads the settings and the network
            policy; it calls nobody.
          </p>
        </Banner>
      )}
      <section className="space-y-2">
        <Heading>Settings</Heading>
        <Setting connector={connector} connection={connection} />
      </section>
      <section className="space-y-2">
        <Heading>Granted actions</Heading>
        <Grants connector={connector} connection={connection} />
      </section>
      <section className="space-y-2">
        <Heading>Connection</Heading>
        <DescriptionList>
          <Description term="Connected">
            <AbsoluteTime at={connection.connectedAt} />
            <span className="block text-muted">by {connection.connectedBy}</span>
          </Description>
          <Description term="Id">
            <CopyableText text={connection.id} label="Copy connection id" />
          </Description>
        </DescriptionList>
      </section>
      <section>
        <Heading>History</Heading>
        <ConnectionHistory
          connectors={connectors}
          of={{
            connectorId: connector.id,
            connectionId: connection.id,
            occasionId: connection.occasionId,
          }}
        />
      </section>
    </Drawer>
  )
}
