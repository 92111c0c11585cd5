import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HealthCheckName, healthCheckNames } from '#contract/health.ts'
import { createEngine } from '#main/engine/engine.ts'
import { type Findings, judge } from '#main/engine/health/checks.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { refusedWith } from '../support/refused.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const dayMs = 24 * 60 * minuteMs
const gibibyte = 1024 ** 3

const view = {
  lanes: 2,
  lanesWithWork: 1,
  lanesWithoutToken: 0,
  unrecorded: 0,
  inFlight: 3,
  sinceTurnMs: 20,
  trouble: null,
}
const well: Findings = {
  now: startMs,
  worker: 'running',
  online: true,
  deaths: { count: 0, lastAgoMs: null },
  view,
  dueSince: null,
  endedLeases: 0,
  obstacle: null,
  trouble: null,
  disk: { freeBytes: 50 * gibibyte, totalBytes: 100 * gibibyte },
  size: { fileBytes: gibibyte, walBytes: 1024, unusedBytes: 4096, givesBack: true },
  checkedAt: startMs - dayMs,
  backups: [{ path: 'one', createdAt: startMs - dayMs, sizeBytes: 1, reason: 'daily' }],
  jump: null,
  jobs: [{ name: 'conditions', endedAt: startMs, error: null }],
}
const checkOf = (name: HealthCheckName, over: Partial<Findings>) => {
  const [check] = judge([name], { ...well, ...over })
  if (check === undefined) throw new Error('There is no such check.')
  return check
}

test('a machine that is well needs no attention, and every check says what it found', () => {
  for (const check of judge(healthCheckNames, well)) {
    expect(check).toMatchObject({ state: 'ok', blocking: false, advice: null })
    expect(check.fact).toMatch(/^[A-Z0-9].*\.$/)
  }
})

test.each<[string, HealthCheckName, Partial<Findings>, string]>([
  [
    'an integrity check',
    'integrity',
    { checkedAt: startMs + dayMs },
    'Checked at a start 0 ms ago, and found sound.',
  ],
  [
    'a backup',
    'backups',
    { backups: well.backups.map((one) => ({ ...one, createdAt: startMs + dayMs })) },
    'The last one was made 0 ms ago.',
  ],
])('%s that a clock set back has put into the future was made just now', (_what, name, over, fact) => {
  expect(checkOf(name, over)).toMatchObject({ state: 'ok', fact })
})

test('a database that no start has checked is not said to be new', () => {
  expect(checkOf('integrity', { checkedAt: null }).fact).toMatch(/^No start has checked it yet\./)
})

test('an error that is a sentence is quoted without its full stop', () => {
  const { fact } = checkOf('jobs', {
    jobs: [{ name: 'copying the log', endedAt: 1, error: 'The thread ended by itself.' }],
  })
  expect(fact).toBe('“copying the log” failed: The thread ended by itself.')
})

const troubled: [HealthCheckName, string, Partial<Findings>, boolean, RegExp][] = [
  ['worker', 'that stopped', { worker: 'stopped', view: null }, true, /does not run/],
  ['worker', 'that does not answer', { view: null }, true, /does not answer/],
  ['worker', 'in trouble', { view: { ...view, trouble: 'The disk is full.' } }, true, /^The disk is full\.$/],
  ['worker', 'that is stuck', { view: { ...view, sinceTurnMs: 20_000 } }, true, /done nothing for 20 s/],
  ['worker', 'that died lately', { deaths: { count: 2, lastAgoMs: minuteMs } }, false, /died 2 times/],
  ['queue', 'that is overdue', { dueSince: startMs - 3 * minuteMs }, false, /waited for 3 min/],
  [
    'queue',
    'that waits for a token endpoint',
    { dueSince: startMs - 3 * minuteMs, view: { ...view, lanesWithoutToken: 1 } },
    false,
    /waited for 3 min\. 1 webhook gets no token at the moment\.$/,
  ],
  ['leases', 'that ended', { endedLeases: 2 }, false, /^2 deliveries under a lease/],
  [
    'replication',
    'where the worker knows of nothing that is due',
    { dueSince: startMs - 20 * secondMs, view: { ...view, lanesWithWork: 0 } },
    true,
    /due for 20 s, and the worker knows of none/,
  ],
  ['storage', 'that is locked', { obstacle: 'The database is locked by another program.' }, true, /locked/],
  [
    'storage',
    'that is full',
    { trouble: 'database or disk is full' },
    true,
    /last write failed: database or disk is full/,
  ],
  [
    'disk',
    'that fills up',
    { disk: { freeBytes: gibibyte - 1, totalBytes: gibibyte } },
    false,
    /1024 MiB of 1.0 GiB/,
  ],
  [
    'database',
    'with a large log',
    { size: { ...well.size, walBytes: gibibyte } },
    false,
    /the log beside it has 1.0 GiB/,
  ],
  [
    'database',
    'that keeps much unused space',
    { size: { ...well.size, unusedBytes: 2 * gibibyte, givesBack: false } },
    false,
    /2.0 GiB are unused/,
  ],
  [
    'backups',
    'that are old',
    { backups: well.backups.map((one) => ({ ...one, createdAt: startMs - 3 * dayMs })) },
    false,
    /3 d ago/,
  ],
  [
    'clock',
    'that jumped',
    { jump: { at: startMs - minuteMs, byMs: -3 * 60 * minuteMs } },
    false,
    /set back by 3 h, 1 min ago/,
  ],
  [
    'jobs',
    'that failed',
    { jobs: [{ name: 'backup', endedAt: 1, error: 'no room' }] },
    false,
    /“backup” failed: no room/,
  ],
]
test.each(troubled)('%s %s: attention, with what to do', (name, _what, over, blocking, fact) => {
  const check = checkOf(name, over)
  expect(check).toMatchObject({ state: 'attention', blocking })
  expect(check.fact).toMatch(fact)
  expect(check.advice).not.toBeNull()
})

describe('no false alarm', () => {
  test.each<[string, HealthCheckName, Partial<Findings>]>([
    ['without network nothing is overdue', 'queue', { online: false, dueSince: 1 }],
    ['nor unnoticed', 'replication', { online: false, dueSince: 1, view: { ...view, lanesWithWork: 0 } }],
    ['a worker that starts', 'worker', { worker: 'starting', view: null }],
    [
      'what became due a moment ago',
      'replication',
      { dueSince: startMs - 1, view: { ...view, lanesWithWork: 0 } },
    ],
    [
      'what was attempted and cannot be recorded at the moment',
      'replication',
      { dueSince: startMs - 20 * secondMs, view: { ...view, lanesWithWork: 0, unrecorded: 5 } },
    ],
    ['a worker that died long ago', 'worker', { deaths: { count: 1, lastAgoMs: 60 * minuteMs } }],
    ['a new installation without backups', 'backups', { backups: [] }],
    ['a clock that was set right by a minute', 'clock', { jump: { at: startMs, byMs: minuteMs } }],
    ['a clock that jumped long ago', 'clock', { jump: { at: startMs - 2 * dayMs, byMs: dayMs } }],
    ['a small database that keeps its space', 'database', { size: { ...well.size, givesBack: false } }],
  ])('%s', (_what, name, over) => {
    expect(checkOf(name, over).state).toBe('ok')
  })
})

describe('the self-check', () => {
  let world: EngineFixture
  beforeEach(() => {
    world = engineFixture()
  })
  afterEach(() => world.close())

  test('reads what the database holds', async () => {
    const { id } = await world.organization()
    const hook = await world.webhook(id)
    await world.deliveries(hook, 1)
    world.clock.advance(2 * minuteMs)
    const owner = await world.person(id)
    const { at, checks } = await world.engine.operations.health.get(owner, { organizationId: id })
    expect(at).toBe(world.clock.now())
    const needing = checks.filter(({ state }) => state === 'attention').map(({ name }) => name)
    // The worker of a test sees nothing.
    expect(needing).toEqual(['queue', 'replication'])
  })

  test('is made once for all who ask within five seconds', async () => {
    let looked = 0
    const engine = createEngine({
      ...world.parts,
      installation: {
        ...world.parts.installation,
        findObstacle: async () => {
          looked += 1
          return null
        },
      },
    })
    await Promise.all([engine.health.check(), engine.health.check()])
    world.clock.advance(4_999)
    await engine.health.check()
    expect(looked).toBe(1)
    world.clock.advance(1)
    await engine.health.check()
    expect(looked).toBe(2)
  })

  test('is told to managers, and to nobody below', async () => {
    const { id } = await world.organization()
    const manager = await world.person(id, { workspaceRole: 'manager', organizationRole: 'member' })
    const staff = await world.person(id, { workspaceRole: 'staff', organizationRole: 'member' })
    expect((await world.engine.operations.health.get(manager, { organizationId: id })).checks).toHaveLength(
      healthCheckNames.length,
    )
    await refusedWith('role_not_allowed', world.engine.operations.health.get(staff, { organizationId: id }))
  })
})
