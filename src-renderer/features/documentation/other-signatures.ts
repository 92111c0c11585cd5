/** The receiver in Node.js of a key pair: the public libraries know secrets only. */
export const keyPairReceiver = `import { createPublicKey, verify } from 'node:crypto'

const spki = Buffer.from('302a300506032b6570032100', 'hex') // ed25519, RFC 8410
const keyOf = (text) => // whpk_…
  createPublicKey({
    key: Buffer.concat([spki, Buffer.from(text.slice('whpk_'.length), 'base64')]),
    format: 'der',
    type: 'spki',
  })

export const isGenuine = (publicKey, rawBody, headers) => {
  const timestamp = headers['webhook-timestamp']
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false
  const content = Buffer.concat([Buffer.from(\`\${headers['webhook-id']}.\${timestamp}.\`), rawBody])
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((part) => part.startsWith('v1a,'))
    .some((part) => verify(null, content, keyOf(publicKey), Buffer.from(part.slice(4), 'base64')))
}`

/** With GitHub's own library. The whole text `whsec_…` is the secret. */
export const githubReceiver = `import { verify } from '@octokit/webhooks-methods'

const genuine = await verify(process.env.WEBHOOK_SECRET, rawBodyText, headers['x-hub-signature-256'])`

/** With Stripe's own library. The whole text `whsec_…` is the secret. */
export const stripeReceiver = `import Stripe from 'stripe'

// Throws when the signature does not verify or is older than five minutes.
const event = Stripe.webhooks.constructEvent(rawBody, headers['stripe-signature'], process.env.WEBHOOK_SECRET)`
