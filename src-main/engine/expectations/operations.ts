import type { ConsoleContract } from '#contract/console.ts'
import { type Expectation, expectationsMax, failingShownMax } from '#contract/expectations.ts'
import type { ExpectationRecord } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { requireAbout } from '../access/subject.ts'
import { callerName } from '../caller-name.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { createEvaluator, subjectOf } from './evaluate.ts'
import { audited, runExpectations } from './run.ts'

const toExpectation = (record: ExpectationRecord): Expectation => ({
  id: record.id,
  occasionId: record.occasionId,
  subject: subjectOf(record),
  subjectName: record.subjectName,
  action: record.action,
  expected: record.expected,
  note: record.note,
  createdAt: record.createdAt,
  createdBy: record.createdBy,
  lastRunAt: record.lastRunAt,
  lastOutcome: {
    passed: record.passed,
    decidedBy: record.decidedBy,
    code: record.code,
    fact: record.fact,
  },
})

export const createExpectations = (toolbox: Toolbox): Operations<ConsoleContract['expectations']> => {
  const { store, clock, ids, plans, access, audit } = toolbox

  const listAll = async (organizationId: string): Promise<Expectation[]> => {
    const records = await store.read.expectations.list({ organizationId, limit: expectationsMax })
    return records.map(toExpectation)
  }

  return {
    async list(caller, { organizationId }) {
      await access.require(caller, 'access.explain', { organizationId })
      return listAll(organizationId)
    },

    async create(caller, { organizationId, occasionId = null, subject, action, expected, note }) {
      const about = { organizationId, occasionId, subject }
      const { kind, id: subjectId, name } = await requireAbout(toolbox, caller, 'users.manage', about)
      const now = clock.now()
      const asked = {
        id: ids.next('exp'),
        organizationId,
        occasionId,
        subjectKind: kind,
        subjectId,
        subjectName: name,
        action,
        expected,
        note,
        createdAt: now,
        createdBy: callerName(caller),
        lastRunAt: now,
      }
      return store.write(async (writer) => {
        if ((await writer.expectations.count(organizationId)) >= expectationsMax) {
          throw invalid('', `An organization can keep at most ${expectationsMax} expectations.`)
        }
        const evaluator = createEvaluator(writer, { organizationId, now, plans })
        const expectation = { ...asked, ...(await evaluator.result(asked)) }
        if (!(await writer.expectations.insert(expectation))) {
          throw new PatchbayError('conflict', { detail: 'There is an expectation about this already.' })
        }
        await audit.record(writer, caller, {
          action: 'expectations.create',
          organizationId,
          targetKind: 'expectation',
          targetId: expectation.id,
          after: audited(expectation),
        })
        return toExpectation(expectation)
      })
    },

    async delete(caller, { organizationId, expectationId }) {
      const known = await store.read.expectations.get(expectationId)
      const target = named(organizationId, 'expectation', expectationId, known)
      await access.require(caller, 'users.manage', target)
      await store.write(async (writer) => {
        const before = await writer.expectations.get(expectationId)
        if (before === null) throw new PatchbayError('not_found')
        await writer.expectations.delete(expectationId)
        await audit.record(writer, caller, {
          action: 'expectations.delete',
          organizationId,
          targetKind: 'expectation',
          targetId: expectationId,
          before: audited(before),
        })
      })
      return { done: true }
    },

    async run(caller, { organizationId }) {
      await access.require(caller, 'access.explain', { organizationId })
      await runExpectations(toolbox, organizationId)
      return listAll(organizationId)
    },

    async failing(caller, { organizationId }) {
      await access.require(caller, 'access.explain', { organizationId })
      const { expectations } = store.read
      const first = await expectations.listFailing({ organizationId, limit: failingShownMax })
      return { failing: await expectations.countFailing(organizationId), first: first.map(toExpectation) }
    },
  }
}
