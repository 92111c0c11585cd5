import { z } from 'zod'
import type { Chance } from '#main/engine/demo/chance.ts'
import { tenantCall } from '../running-host.ts'

const singleClients = 6
const batchClients = 2
const batchSizeMax = 40

const singleSchema = z.object({ id: z.string() })
const batchSchema = z.object({ events: z.array(singleSchema) })

export interface LoadParts {
  readonly chance: Chance
  /** Where the host is; waits while it is down. */
  readonly url: () => Promise<string>
  readonly key: string
  readonly event: { readonly type: string; readonly data: unknown }
  /** Waits while there is enough under way. */
  readonly room: () => Promise<void>
  /** The id that was answered for each idempotency key. */
  readonly accepted: Map<string, string>
  /** Called after each answer of 202. */
  readonly onAccepted: () => void
  /** Something was answered that should not have been. */
  readonly onProblem: (problem: string) => void
}

/** Clients that send one event after the other, and again until they know that it was accepted. */
export interface Load {
  /** Sends nothing new; resolves when all that was begun is accepted. */
  stop(): Promise<void>
}

export const startLoad = (parts: LoadParts): Load => {
  const { chance, url, key, event, room, accepted, onAccepted, onProblem } = parts
  let stopping = false
  let keys = 0
  const nextEvent = () => {
    keys += 1
    return { ...event, idempotencyKey: `load-${keys}` }
  }
  type Sent = ReturnType<typeof nextEvent>

  const remember = ({ idempotencyKey }: Sent, id: string | undefined): void => {
    const known = accepted.get(idempotencyKey)
    if (id === undefined) onProblem(`${idempotencyKey} got no id`)
    else if (known !== undefined && known !== id) onProblem(`${idempotencyKey} is ${known} and ${id}`)
    else accepted.set(idempotencyKey, id)
  }

  /** @returns the body of the 202, or null when it has to be sent again: nobody knows what became of it. */
  const attempt = async (path: string, json: unknown): Promise<unknown> => {
    const at = await url()
    const answer = await tenantCall(at, path, { key, json }).catch(() => null)
    if (answer?.status === 202) return answer.body
    // A host that was killed answers nothing; one that is busy or stops says so.
    if (answer !== null && answer.status !== 503)
      onProblem(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return null
  }
  const untilAccepted = async (path: string, json: unknown): Promise<unknown> => {
    for (;;) {
      const body = await attempt(path, json)
      if (body !== null) return body
    }
  }

  const sendOne = async (): Promise<void> => {
    const one = nextEvent()
    remember(one, singleSchema.parse(await untilAccepted('/v1/events', one)).id)
  }
  const sendBatch = async (): Promise<void> => {
    const events = Array.from({ length: 1 + chance.below(batchSizeMax) }, nextEvent)
    const answered = batchSchema.parse(await untilAccepted('/v1/events/batch', { events }))
    for (const [index, one] of events.entries()) remember(one, answered.events[index]?.id)
  }
  const client = async (send: () => Promise<void>): Promise<void> => {
    while (!stopping) {
      await room()
      await send()
      onAccepted()
    }
  }
  const onFailure = (error: unknown): void => onProblem(`a client failed: ${String(error)}`)
  const clients = Promise.all([
    ...Array.from({ length: singleClients }, () => client(sendOne).catch(onFailure)),
    ...Array.from({ length: batchClients }, () => client(sendBatch).catch(onFailure)),
  ])
  return {
    async stop() {
      stopping = true
      await clients
    },
  }
}
