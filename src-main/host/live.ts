import type { ErrorCode } from '#contract/errors.ts'
import type { liveContract, Topic } from '#contract/live.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { SessionKeeper } from '#main/engine/sessions/keeper.ts'
import type { Call, HostOperationsOf } from './call.ts'
import { problemOfCode } from './problems.ts'
import { rpcErrorOf } from './rpc-error.ts'

/** At most four messages a second for each console, however much changes. */
const gapMs = 250
const subscribersMax = 64
/** Catches what ends a session without a word: its time, idleness, another process. */
const revalidateEveryMs = 15_000

interface Change {
  topics: Topic[]
}

/** Tells open consoles what changed. */
export interface LiveChanges {
  readonly operations: HostOperationsOf<typeof liveContract>
  publish(topics: readonly Topic[]): void
  /** Ends the streams of all consoles, and lets nobody in any more. */
  stop(): void
}

/** One console that listens. Topics gather here while it is not ready for more, so a slow one costs nothing. */
class Subscriber implements AsyncIteratorObject<Change, undefined, undefined> {
  readonly #pending = new Set<Topic>()
  readonly #onEnd: () => void
  #sentAt = Number.NEGATIVE_INFINITY
  #ended = false
  #because: ErrorCode | null = null
  #wake: (() => void) | null = null

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  add(topics: readonly Topic[]): void {
    for (const topic of topics) this.#pending.add(topic)
    this.#wake?.()
  }

  /** `because`: what the console is told; null when it went away itself. */
  end(because: ErrorCode | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#because = because
    this.#onEnd()
    this.#wake?.()
  }

  async next(): Promise<IteratorResult<Change, undefined>> {
    await this.#ready()
    if (this.#because !== null) throw rpcErrorOf(problemOfCode(this.#because))
    if (this.#ended) return { done: true, value: undefined }
    const topics = [...this.#pending]
    this.#pending.clear()
    this.#sentAt = performance.now()
    return { done: false, value: { topics } }
  }

  async return(): Promise<IteratorResult<Change, undefined>> {
    this.end(null)
    return { done: true, value: undefined }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end(null)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Resolves when the stream ended, or when something is pending and the last message is long enough ago. */
  #ready(): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined
      const look = () => {
        const waitMs = this.#sentAt + gapMs - performance.now()
        if (this.#ended || (this.#pending.size > 0 && waitMs <= 0)) {
          clearTimeout(timer)
          this.#wake = null
          resolve()
        } else if (this.#pending.size > 0) timer ??= setTimeout(lookAgain, Math.ceil(waitMs))
      }
      // A timer of Node may ring a little early by this clock; then another one has to.
      const lookAgain = () => {
        timer = undefined
        look()
      }
      this.#wake = look
      look()
    })
  }
}

/** Streams follow the sessions of `keeper`: they end when the session cannot be used any more. */
export const createLiveChanges = (keeper: Pick<SessionKeeper, 'find' | 'onLost'>): LiveChanges => {
  const subscribers = new Map<Subscriber, { sessionId: string; token: string }>()
  let stopped = false

  const endIfLost = async (subscriber: Subscriber, token: string): Promise<void> => {
    const session = await keeper.find(token)
    if (session === null) subscriber.end('not_signed_in')
    else if (session.locked) subscriber.end('session_locked')
  }
  const revalidate = (): void => {
    for (const [subscriber, { token }] of subscribers) {
      void endIfLost(subscriber, token).catch(() => subscriber.end('busy'))
    }
  }
  const timer = setInterval(revalidate, revalidateEveryMs)
  timer.unref()
  const forget = keeper.onLost((sessionId) => {
    for (const [subscriber, of] of subscribers) {
      if (of.sessionId === sessionId) void endIfLost(subscriber, of.token)
    }
  })

  return {
    operations: {
      async changes({ session, token }: Call) {
        if (session === null || token === null) throw new PatchbayError('not_signed_in')
        if (stopped) throw new PatchbayError('stopping', { retryAfterSeconds: 1 })
        if (subscribers.size >= subscribersMax) throw new PatchbayError('busy', { retryAfterSeconds: 5 })
        const subscriber = new Subscriber(() => subscribers.delete(subscriber))
        subscribers.set(subscriber, { sessionId: session.id, token })
        return subscriber
      },
    },
    publish(topics) {
      for (const subscriber of subscribers.keys()) subscriber.add(topics)
    },
    stop() {
      stopped = true
      clearInterval(timer)
      forget()
      for (const subscriber of [...subscribers.keys()]) {
        subscriber.end('stopping')
      }
    },
  }
}
