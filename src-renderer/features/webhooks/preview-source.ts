import { useQuery } from '@tanstack/react-query'
import type { EventType } from '#contract/events.ts'
import type { Condition, CustomHeader, Shape } from '#contract/webhook-options.ts'
import type { ConditionPreview, ShapePreview } from '#contract/webhook-previews.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'

/** Whose events filters and shapes are tried on, while they are being written. */
export interface PreviewSource {
  /** Tells it from others in the keys of queries. */
  readonly key: string
  /** What may happen there; empty until it is known. */
  readonly types: readonly EventType[]
  tryCondition(asked: { events: string[]; condition: Condition | null }): Promise<ConditionPreview>
  tryShape(asked: { events: string[]; shape: Shape | null; headers: CustomHeader[] }): Promise<ShapePreview>
  /** Where one of the events can be read; null where there is no such page. */
  eventPath(eventId: string): string | null
}

/** The events of the organization, or of one of its occasions. */
export const useTenantPreviews = (occasionId: string | null): PreviewSource => {
  const { organizationId } = useScope().inOrganization
  const { data: types = [] } = useQuery(orpc.eventTypes.list.queryOptions())
  return {
    key: occasionId ?? organizationId,
    types,
    tryCondition: (asked) => client.webhooks.previewCondition({ organizationId, occasionId, ...asked }),
    tryShape: (asked) => client.webhooks.previewShape({ organizationId, occasionId, ...asked }),
    eventPath: paths.event,
  }
}

/** The operational events of the platform. */
export const useOperationalPreviews = (): PreviewSource => {
  const { data: types = [] } = useQuery(orpc.operationalWebhooks.eventTypes.queryOptions())
  return {
    key: 'platform',
    types,
    tryCondition: (asked) => client.operationalWebhooks.previewCondition(asked),
    tryShape: (asked) => client.operationalWebhooks.previewShape(asked),
    eventPath: () => null,
  }
}
