import type { Reader, Told, Writer } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { emitOperationalEvent, type OperationalEvent, operationalSubscribers } from './operational-events.ts'

/** What an event is about, and which of its occurrences: the console tells each once. */
export interface Occasioned {
  readonly subjectId: string
  readonly occurrence: string
  readonly at: number
}

/** Keeps an operational event for those who look at the console. */
export const notify = (
  writer: Writer,
  { type, organizationId, data }: OperationalEvent,
  about: Occasioned,
): Promise<void> => writer.notifications.add({ type, organizationId, data, ...about })

/** Whom conditions are told. Each remembers by itself what it was told. */
export interface Audience {
  /** The name under which it is remembered that something was told. */
  toldAs(type: string): string
  /** Whether anybody wants to be told of events of the type. */
  hears(read: Reader, type: string): Promise<boolean>
  /** @returns how many deliveries were made; null when nobody was there to be told. */
  tell(writer: Writer, event: OperationalEvent, told: Told): Promise<number | null>
}

/** Operational webhooks: what nobody subscribed to stays untold, and is told when somebody does. */
const operationalWebhooks = (toolbox: Toolbox): Audience => ({
  toldAs: (type) => type,
  hears: async (read, type) => (await operationalSubscribers(read, type)).length > 0,
  async tell(writer, event) {
    const deliveries = await emitOperationalEvent(toolbox, writer, event)
    return deliveries > 0 ? deliveries : null
  },
})

const consoleOf = ({ clock }: Toolbox): Audience => ({
  toldAs: (type) => `console ${type}`,
  hears: async () => true,
  async tell(writer, event, { type, subjectId, about }) {
    await notify(writer, event, { subjectId, occurrence: `${type} ${about}`, at: clock.now() })
    return 0
  },
})

export const audiences = (toolbox: Toolbox): readonly Audience[] => [
  operationalWebhooks(toolbox),
  consoleOf(toolbox),
]
