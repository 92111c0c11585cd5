import type { ConsoleContract } from '#contract/console.ts'
import { type Health, healthCheckNames } from '#contract/health.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { type Findings, judge } from './checks.ts'

/** What was found is told again for so long: a check costs a few milliseconds, and anybody may ask. */
const rememberedMs = 5_000
/** A lease is taken back a moment after it has ended. */
const leaseGraceMs = 5_000
const leasesCounted = 1_000

export interface HealthWatch {
  readonly operations: Operations<ConsoleContract['health']>
  /** The self-check, for whoever may know. */
  check(): Promise<Health>
}

const readFindings = async ({ store, clock, delivery, installation }: Toolbox): Promise<Findings> => {
  const now = clock.now()
  const { worker, online } = delivery.state()
  const [view, obstacle, disk, { backups }, [jump = null], checkedAt] = await Promise.all([
    delivery.inspect(),
    installation.findObstacle(),
    installation.disk(),
    installation.describe(),
    store.read.machine.listClockJumps(1),
    store.read.installation.get('integrity_checked_at'),
  ])
  return {
    now,
    worker,
    online,
    deaths: delivery.deaths(),
    view,
    dueSince: await store.read.operational.readDueSince(),
    endedLeases: await store.read.health.countEndedLeases(now - leaseGraceMs, leasesCounted),
    obstacle,
    trouble: store.trouble(),
    disk,
    size: store.space.measure(),
    checkedAt: checkedAt === null ? null : Number(checkedAt),
    backups,
    jump,
    jobs: installation.jobs(),
  }
}

export const createHealth = (toolbox: Toolbox): HealthWatch => {
  const { clock, access } = toolbox
  let known: Health | null = null
  let checking: Promise<Health> | null = null

  const run = async (): Promise<Health> => {
    const findings = await readFindings(toolbox)
    known = { at: findings.now, checks: judge(healthCheckNames, findings) }
    return known
  }
  const check = (): Promise<Health> => {
    const age = known === null ? Number.POSITIVE_INFINITY : clock.now() - known.at
    if (known !== null && age >= 0 && age < rememberedMs) return Promise.resolve(known)
    checking ??= run().finally(() => {
      checking = null
    })
    return checking
  }

  return {
    check,
    operations: {
      async get(caller, { organizationId }) {
        await access.require(caller, 'settings.view', { organizationId })
        return check()
      },
    },
  }
}
