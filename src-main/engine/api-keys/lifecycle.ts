import type { ApiKey } from '#contract/api-keys.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { ApiKeyRecord, Writer } from '#main/store/interface.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { changeable, requireKey, requireKeys, requireNoKey } from './manage.ts'
import { audited, toApiKey } from './view.ts'

/** Disabling, enabling and revoking keys. */
export const createLifecycle = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['apiKeys']>, 'disable' | 'enable' | 'revoke'> => {
  const { store, clock, audit } = toolbox

  const record = (
    writer: Writer,
    caller: Caller,
    action: string,
    { before, after }: { before: ApiKeyRecord; after: ApiKeyRecord },
  ): Promise<void> =>
    audit.record(writer, caller, {
      action,
      organizationId: before.organizationId,
      targetKind: 'api_key',
      targetId: before.id,
      before: audited(before),
      after: audited(after),
    })

  const setDisabled = async (
    caller: Caller,
    input: { organizationId: string; apiKeyId: string },
    disabled: boolean,
  ): Promise<ApiKey> => {
    await requireKey(toolbox, caller, 'api_keys.manage', input)
    requireNoKey(caller)
    const now = clock.now()
    return store.write(async (writer) => {
      const before = await changeable(writer, input.apiKeyId)
      if ((before.disabledAt !== null) === disabled) return toApiKey(before, now)
      const disabledAt = disabled ? now : null
      const after = { ...before, disabledAt }
      await writer.apiKeys.update(before.id, { disabledAt })
      await record(writer, caller, disabled ? 'api_keys.disable' : 'api_keys.enable', { before, after })
      return toApiKey(after, now)
    })
  }

  return {
    disable: (caller, input) => setDisabled(caller, input, true),
    enable: (caller, input) => setDisabled(caller, input, false),
    async revoke(caller, input) {
      const wanted = (await requireKeys(toolbox, caller, 'api_keys.manage', input)).map(({ id }) => id)
      const now = clock.now()
      return store.write(async (writer) => {
        const keys = (await writer.apiKeys.getMany(wanted)).filter(({ revokedAt }) => revokedAt === null)
        if (keys.length === 0) return { revoked: 0 }
        await writer.apiKeys.revoke(
          keys.map(({ id }) => id),
          now,
        )
        for (const before of keys) {
          await record(writer, caller, 'api_keys.revoke', { before, after: { ...before, revokedAt: now } })
        }
        return { revoked: keys.length }
      })
    },
  }
}
