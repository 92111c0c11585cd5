import type { Toolbox } from '../parts.ts'

/** So many keys go in one transaction: none holds the others up for long. */
const keysAtOnce = 1_000
const secretsAtOnce = 100

/** The regular work on what is kept. The host calls it every few minutes. */
export interface Housekeeping {
  /** Forgets idempotency keys and signing secrets whose time is over, in small steps. @returns how many keys. */
  run(): Promise<number>
}

export const createHousekeeping = ({ store, clock }: Toolbox): Housekeeping => ({
  async run() {
    const now = clock.now()
    await store.write((writer) => writer.webhooks.deleteEndedSecrets(now, secretsAtOnce))
    let forgotten = 0
    for (;;) {
      const step = await store.write((writer) => writer.events.deleteExpiredIdempotencyKeys(now, keysAtOnce))
      forgotten += step
      if (step < keysAtOnce) return forgotten
    }
  },
})
