import { platformOrganizationId } from '#contract/ids.ts'
import type { AwayPeriod, FailingRun } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { runEach } from '../run-all.ts'
import { disableAfterMs, failingMsAt, failuresApartMs } from './failing-time.ts'
import { audited } from './view.ts'

const readAtOnce = 200

const isOver = ({ failingSince, lastAttemptAt }: FailingRun, away: readonly AwayPeriod[]): boolean =>
  lastAttemptAt - failingSince >= failuresApartMs &&
  failingMsAt(failingSince, lastAttemptAt, away) >= disableAfterMs

/**
 * Disables webhooks of which every attempt has failed for `disableAfterMs`, from the first failure to the latest: time
 * in which nothing was tried proves nothing. What comes for them from now on is held. Called every minute.
 */
export const disableFailing = async (toolbox: Toolbox): Promise<void> => {
  const { store, clock, delivery, audit } = toolbox
  const now = clock.now()

  const disable = (id: string, away: readonly AwayPeriod[]): Promise<boolean> =>
    store.write(async (writer) => {
      const webhook = await writer.webhooks.get(id)
      const [run] = await writer.webhooks.getFailingRuns([id])
      if (webhook?.status !== 'active' || run === undefined || !isOver(run, away)) return false
      await writer.webhooks.setStatus(id, { status: 'disabled', reason: 'failing', at: now })
      await writer.operational.addNotice({ type: 'webhook.disabled', webhook, at: now })
      const ofPlatform = webhook.organizationId === platformOrganizationId
      await audit.record(writer, 'program', {
        action: ofPlatform ? 'platform.webhooks.disable' : 'webhooks.disable',
        organizationId: ofPlatform ? null : webhook.organizationId,
        targetKind: 'webhook',
        targetId: id,
        before: audited(webhook),
        after: audited({ ...webhook, status: 'disabled' }),
      })
      return true
    })

  const over: { id: string; away: readonly AwayPeriod[] }[] = []
  const since = now - disableAfterMs
  for (let afterId: string | undefined = ''; afterId !== undefined; ) {
    const runs = await store.read.webhooks.listFailingRuns({ since, afterId, limit: readAtOnce })
    const first = Math.min(now, ...runs.map(({ failingSince }) => failingSince))
    const away = runs.length === 0 ? [] : await store.read.machine.listAway(first)
    for (const run of runs) if (isOver(run, away)) over.push({ id: run.id, away })
    afterId = runs.length < readAtOnce ? undefined : runs.at(-1)?.id
  }
  let disabled = 0
  try {
    await runEach(over, async ({ id, away }) => {
      if (await disable(id, away)) disabled += 1
    })
  } finally {
    if (disabled > 0) delivery.reconsider()
  }
}
