import { CircleMinus, CirclePlus } from 'lucide-react'
import type { ReactNode } from 'react'
import type { CapabilityEffect, CapabilityTurn } from '#contract/organizations.ts'
import { openCountMax } from '#contract/settings.ts'
import { capabilityLabels } from '#renderer/app/labels.ts'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'

type Concerned = CapabilityEffect['suspendedWebhooks']

const turnPlace = ({ organization, occasions }: CapabilityTurn) =>
  [organization && 'the organization', occasions > 0 && formatNumberOf(occasions, 'occasion')]
    .filter(Boolean)
    .join(' and ')

const Turn = ({ turn, gained }: { turn: CapabilityTurn; gained: boolean }) => {
  const Icon = gained ? CirclePlus : CircleMinus
  return (
    <li className="flex gap-2">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${gained ? 'text-success' : 'text-danger'}`} />
      <span>
        <strong>{capabilityLabels[turn.capability]}</strong> {gained ? 'comes' : 'goes'} for {turnPlace(turn)}
      </span>
    </li>
  )
}

const Webhooks = ({ lead, concerned }: { lead: ReactNode; concerned: Concerned }) => (
  <li>
    <p>{lead}</p>
    <ul className="mt-1 max-h-40 list-disc overflow-y-auto pl-5 text-muted marker:text-muted">
      {concerned.items.map(({ id, name, occasionName }) => (
        <li key={id}>
          {name}
          {occasionName && ` (${occasionName})`}
        </li>
      ))}
      {concerned.total > concerned.items.length && (
        <li>and {formatCount(concerned.total - concerned.items.length)} more</li>
      )}
    </ul>
  </li>
)

const heldText = (count: number) =>
  count >= openCountMax ? `${formatCount(count)} or more` : formatCount(count)

/** Whether a change of plan or override does anything at all. */
export const hasEffect = ({ gained, lost }: CapabilityEffect) => gained.length > 0 || lost.length > 0

/** What a change of plan or override does: capabilities that come and go, and what that means for webhooks and keys. */
export const CapabilityEffectText = ({ effect }: { effect: CapabilityEffect }) => {
  const { gained, lost, suspendedWebhooks, resumableWebhooks, heldDeliveries, affectedApiKeys } = effect
  if (!hasEffect(effect)) return <p>Nothing changes: every capability stays as it is.</p>
  return (
    <ul className="space-y-2.5">
      {gained.map((turn) => (
        <Turn key={turn.capability} turn={turn} gained />
      ))}
      {lost.map((turn) => (
        <Turn key={turn.capability} turn={turn} gained={false} />
      ))}
      {suspendedWebhooks.total > 0 && (
        <Webhooks
          lead={
            <>
              <strong>{formatNumberOf(suspendedWebhooks.total, 'active webhook')}</strong>{' '}
              {suspendedWebhooks.total === 1 ? 'becomes' : 'become'} suspended. Secrets are kept; what happens
              meanwhile is held.
            </>
          }
          concerned={suspendedWebhooks}
        />
      )}
      {heldDeliveries > 0 && (
        <li>
          <strong>{heldText(heldDeliveries)}</strong> waiting{' '}
          {heldDeliveries === 1 ? 'delivery' : 'deliveries'} become held. None is lost.
        </li>
      )}
      {affectedApiKeys > 0 && (
        <li>
          <strong>{formatNumberOf(affectedApiKeys, 'API key')}</strong> {affectedApiKeys === 1 ? 'is' : 'are'}{' '}
          refused from then on. None is revoked.
        </li>
      )}
      {resumableWebhooks.total > 0 && (
        <Webhooks
          lead={
            <>
              <strong>{formatNumberOf(resumableWebhooks.total, 'suspended webhook')}</strong> can be resumed
              by hand.
            </>
          }
          concerned={resumableWebhooks}
        />
      )}
    </ul>
  )
}
