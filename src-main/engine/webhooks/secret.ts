import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { WebhookOptions } from '#contract/webhook-options.ts'
import type { SignatureAlgorithm } from '#contract/webhooks.ts'
import type { WebhookSecretRecord, Writer } from '#main/store/interface.ts'
import { invalid } from '../errors.ts'
import type { RandomBytes } from '../ids.ts'
import type { Toolbox } from '../parts.ts'

const secretBytes = 32
const tailLength = 4

/** What is made of randomness: `secret` is sealed, `publicKey` is for everybody. */
interface NewSecret {
  readonly secret: string
  readonly publicKey: string | null
}

/** Standard Webhooks: `whsec_` and the base64 of the bytes that sign. */
const newHmacSecret = (bytes: Buffer): NewSecret => ({
  secret: `whsec_${bytes.toString('base64')}`,
  publicKey: null,
})

/** What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Standard Webhooks, asymmetric: `whsk_` and the base64 of private and public key, `whpk_` and the public one. */
const newEd25519Secret = (bytes: Buffer): NewSecret => {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, bytes]), format: 'der', type: 'pkcs8' })
  const publicBytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-secretBytes)
  return {
    secret: `whsk_${Buffer.concat([bytes, publicBytes]).toString('base64')}`,
    publicKey: `whpk_${publicBytes.toString('base64')}`,
  }
}

const makers: Record<SignatureAlgorithm, (bytes: Buffer) => NewSecret> = {
  hmac: newHmacSecret,
  ed25519: newEd25519Secret,
}

/** A secret as it was made: the only place where it can be read. */
export interface MadeSecret {
  readonly id: string
  readonly algorithm: SignatureAlgorithm
  readonly secret: string
}

/** Makes a secret that signs from now on (Unix ms). */
export const addSecret = async (
  { ids, randomBytes }: { readonly ids: Toolbox['ids']; readonly randomBytes: RandomBytes },
  writer: Writer,
  { webhookId, algorithm, now }: { webhookId: string; algorithm: SignatureAlgorithm; now: number },
): Promise<MadeSecret> => {
  const id = ids.next('whs')
  const { secret, publicKey } = makers[algorithm](randomBytes(secretBytes))
  const tail = (publicKey ?? secret).slice(-tailLength)
  await writer.webhooks.insertSecret({
    id,
    webhookId,
    secret,
    tail,
    publicKey,
    createdAt: now,
    expiresAt: null,
  })
  return { id, algorithm, secret }
}

/** What the caller is given: a secret that the receiver needs, and never a private key. */
export const shownOnce = ({ algorithm, secret }: MadeSecret): string | null =>
  algorithm === 'hmac' ? secret : null

export const algorithmOf = ({ publicKey }: Pick<WebhookSecretRecord, 'publicKey'>): SignatureAlgorithm =>
  publicKey === null ? 'hmac' : 'ed25519'

/** Secrets come newest first. */
export const newestAlgorithm = ([newest]: readonly WebhookSecretRecord[]): SignatureAlgorithm =>
  newest === undefined ? 'hmac' : algorithmOf(newest)

/** @throws PatchbayError `invalid` when a style is wanted that a key pair cannot sign in. */
export const requireStyles = (
  { signatureStyles }: Pick<WebhookOptions, 'signatureStyles'>,
  algorithm: SignatureAlgorithm,
): void => {
  if (signatureStyles.length === 0 || algorithm === 'hmac') return
  throw invalid(
    '/options/signatureStyles',
    'The signatures of GitHub and Stripe need a shared secret: a key pair cannot make them',
  )
}

/** Those that sign at a time (Unix ms), as the delivery worker picks them. */
export const livingSecrets = <Secret extends Pick<WebhookSecretRecord, 'expiresAt'>>(
  secrets: readonly Secret[],
  now: number,
): Secret[] => secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
