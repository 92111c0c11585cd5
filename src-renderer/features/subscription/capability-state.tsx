import { CircleCheck, CircleX } from 'lucide-react'
import type { CapabilityState } from '#contract/organizations.ts'
import type { Capability, OverrideEffect } from '#contract/vocabulary.ts'
import { capabilityLabels } from '#renderer/app/labels.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { sentence } from '#renderer/ui/decision-text.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'

/** What a capability opens, for people who compare plans. */
export const capabilityMeanings: Record<Capability, string> = {
  api_access: 'Tenant API keys, the API and native connections',
  webhooks: 'Creating, changing and testing webhooks',
}

const overrideLabels: Record<OverrideEffect, string> = {
  grant: 'Granted by an override',
  deny: 'Denied by an override',
}

/** Whether a capability is there, what decided that, and until when. */
export const CapabilityStateRow = ({ state }: { state: CapabilityState }) => (
  <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
    <span className="min-w-24 font-medium">{capabilityLabels[state.capability]}</span>
    <Badge tone={state.granted ? 'success' : 'neutral'} icon={state.granted ? CircleCheck : CircleX}>
      {state.granted ? 'Granted' : 'Not granted'}
    </Badge>
    <span className="text-muted">{sentence(state.fact)}</span>
    {state.override && (
      <span className="w-full text-muted">
        {overrideLabels[state.override.effect]}: {state.override.note}
        {state.override.endsAt !== null && (
          <>
            {' '}
            · {state.override.endsAt > Date.now() ? 'ends' : 'ended'}{' '}
            <RelativeTime at={state.override.endsAt} />
          </>
        )}
      </span>
    )}
  </div>
)
