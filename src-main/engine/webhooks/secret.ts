import type { WebhookSecretRecord, Writer } from '#main/store/interface.ts'
import type { RandomBytes } from '../ids.ts'
import type { Toolbox } from '../parts.ts'

const secretBytes = 32
const tailLength = 4

/** Standard Webhooks: `whsec_` and the base64 of the bytes that sign. */
const newSecret = (randomBytes: RandomBytes): string => `whsec_${randomBytes(secretBytes).toString('base64')}`

/** Makes a secret that signs from now on (Unix ms). The answer is the only place where it can be read. */
export const addSecret = async (
  { ids, randomBytes }: Pick<Toolbox, 'ids' | 'randomBytes'>,
  writer: Writer,
  { webhookId, now }: { webhookId: string; now: number },
): Promise<{ id: string; secret: string }> => {
  const id = ids.next('whs')
  const secret = newSecret(randomBytes)
  const tail = secret.slice(-tailLength)
  await writer.webhooks.insertSecret({ id, webhookId, secret, tail, createdAt: now, expiresAt: null })
  return { id, secret }
}

/** Those that sign at a time (Unix ms), as the delivery worker picks them. */
export const livingSecrets = <Secret extends Pick<WebhookSecretRecord, 'expiresAt'>>(
  secrets: readonly Secret[],
  now: number,
): Secret[] => secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
