import type { ClaimedWebhook } from '#main/store/interface.ts'
import { type Authorization, authorizationOf } from './authorization.ts'
import type { Channel, ChannelOptions } from './channel.ts'
import type { Clock } from './clock.ts'
import { type Failure, failureOf } from './failure.ts'
import { type Identity, identityOf, secureContextOf } from './identity.ts'
import { createNetworkPolicy, type NetworkPolicy, parseDestination } from './network-policy.ts'
import type { Pause } from './pause.ts'
import { TokenChannel } from './token-channel.ts'
import { TokenSource } from './token-source.ts'

export type SendChannel = Pick<Channel, 'destination' | 'send' | 'close' | 'destroy'>
export type OpenChannel = (
  options: Pick<ChannelOptions, 'destination' | 'policy' | 'secureContext'>,
) => SendChannel

/** What ways are opened with. */
export interface Opening {
  readonly openChannel: OpenChannel
  readonly clock: Clock
}

/** An address with the connections to it. */
export interface Way {
  readonly url: string
  readonly authorization: Authorization | null
  /** Null when the address cannot be called; then `failure` says why. */
  readonly channel: SendChannel | null
  readonly failure: Failure | null
}

type Opened = Pick<Way, 'channel' | 'failure'>

const blocked = (problem: string): Failure => ({
  errorClass: 'blocked',
  message: `The network policy blocks this address: ${problem}`,
})

const openTo = (url: string, policy: NetworkPolicy, identity: Identity, { openChannel }: Opening): Opened => {
  const { destination, problem } = parseDestination(url)
  if (destination === null) return { channel: null, failure: blocked(problem) }
  try {
    const secureContext = secureContextOf(identity)
    return { channel: openChannel({ destination, policy, secureContext }), failure: null }
  } catch (error) {
    const { message } = failureOf(error)
    return { channel: null, failure: { errorClass: 'tls', message } }
  }
}

const withoutClient = (identity: Identity): Identity => ({ ...identity, certificate: null, key: null })

/** Opens the way to a token endpoint, too: under the same policy, and without the certificate, which is another's. */
const withTokens = (
  channel: SendChannel,
  { options: { authentication }, credentials: { clientSecret } }: ClaimedWebhook,
  {
    policy,
    identity,
    opening,
    pause,
  }: { policy: NetworkPolicy; identity: Identity; opening: Opening; pause: Pause },
): Opened => {
  if (authentication.kind !== 'oauth2') return { channel, failure: null }
  if (clientSecret === undefined) throw new Error('The webhook has no clientSecret.')
  const { tokenUrl, clientId, scope } = authentication
  const endpoint = openTo(tokenUrl, policy, withoutClient(identity), opening)
  if (endpoint.channel === null) return endpoint
  const { clock } = opening
  const tokens = new TokenSource({ channel: endpoint.channel, clock, clientId, clientSecret, scope, pause })
  return { channel: new TokenChannel(channel, tokens, clock), failure: null }
}

/** The way to the address of the webhook itself. `pause`: of its token endpoint. @throws Error without a credential. */
export const openOwnWay = (webhook: ClaimedWebhook, opening: Opening, pause: Pause): Way => {
  const { url, networkRules } = webhook
  const authorization = authorizationOf(webhook)
  const policy = createNetworkPolicy(networkRules)
  const identity = identityOf(webhook)
  const opened = openTo(url, policy, identity, opening)
  if (opened.channel === null) return { url, authorization, ...opened }
  return { url, authorization, ...withTokens(opened.channel, webhook, { policy, identity, opening, pause }) }
}

/** The way to another address: it is not shown who sends, since the credentials are not meant for it. */
export const openOtherWay = (url: string, webhook: ClaimedWebhook, opening: Opening): Way => {
  const policy = createNetworkPolicy(webhook.networkRules)
  const identity = withoutClient(identityOf(webhook))
  return { url, authorization: null, ...openTo(url, policy, identity, opening) }
}

const sameList = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((item, index) => item === right[index])

const sameOptions = ({ options: left }: ClaimedWebhook, { options: right }: ClaimedWebhook): boolean =>
  left === right ||
  (left.caCertificate === right.caCertificate &&
    left.clientCertificate === right.clientCertificate &&
    JSON.stringify(left.authentication) === JSON.stringify(right.authentication))

const sameCredentials = (
  { credentials: left }: ClaimedWebhook,
  { credentials: right }: ClaimedWebhook,
): boolean =>
  left === right ||
  (left.password === right.password &&
    left.token === right.token &&
    left.clientSecret === right.clientSecret &&
    left.clientKey === right.clientKey)

/** Whether connections may be kept: address, rules, and how Patchbay shows itself there are the same. */
export const sameWay = (left: ClaimedWebhook, right: ClaimedWebhook): boolean =>
  left.url === right.url &&
  sameList(left.networkRules, right.networkRules) &&
  sameOptions(left, right) &&
  sameCredentials(left, right)
