import { createHash, timingSafeEqual } from 'node:crypto'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

/** Beginning of the token of the metrics, so that scanners for leaked secrets know it. */
const tokenPrefix = 'pbm_'
const tokenBytes = 32

/** Who may read the metrics: the holder of the one token, platform admins, and who manages the settings somewhere. */
export interface MetricsAccess {
  /** Makes the token; the one before is not valid any more. It is told once, and its SHA-256 is kept. */
  createToken(caller: Caller): Promise<string>
  /** @returns false when there was none. */
  revokeToken(caller: Caller): Promise<boolean>
  /** Compares in a time that tells nothing. */
  isToken(token: string): Promise<boolean>
  /** @throws PatchbayError as a refused decision. */
  require(caller: Caller): Promise<void>
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

export const createMetricsAccess = ({ store, access, audit, randomBytes }: Toolbox): MetricsAccess => {
  const record = (caller: Caller, action: 'create_metrics_token' | 'revoke_metrics_token', value: string) =>
    store.write(async (writer) => {
      const known = (await writer.installation.get('metrics_token')) ?? ''
      if (known === value) return false
      await writer.installation.set('metrics_token', value)
      await audit.record(writer, caller, {
        action: `settings.${action}`,
        organizationId: null,
        targetKind: 'installation',
        targetId: null,
      })
      return true
    })
  const requirePlatform = (caller: Caller) =>
    access.require(caller, 'platform.flags.manage', { organizationId: null })

  return {
    async createToken(caller) {
      await requirePlatform(caller)
      const token = `${tokenPrefix}${randomBytes(tokenBytes).toString('base64url')}`
      await record(caller, 'create_metrics_token', hashOf(token).toString('hex'))
      return token
    },
    async revokeToken(caller) {
      await requirePlatform(caller)
      return record(caller, 'revoke_metrics_token', '')
    },
    async isToken(token) {
      const known = (await store.read.installation.get('metrics_token')) ?? ''
      return known !== '' && timingSafeEqual(hashOf(token), Buffer.from(known, 'hex'))
    },
    async require(caller) {
      const { principal } = caller
      if (principal.kind !== 'user') throw new PatchbayError('not_signed_in')
      for (const organizationId of await store.read.users.listOrganizationIds(principal.id)) {
        if ((await access.decide(principal, 'settings.manage', { organizationId })).allowed) return
      }
      await access.require(caller, 'platform.integrations.view', { organizationId: null })
    },
  }
}
