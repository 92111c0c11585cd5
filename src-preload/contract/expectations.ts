import { z } from 'zod'
import { outcomeSchema, subjectSchema } from './access.ts'
import { actionSchema } from './decision.ts'
import { expectationIdSchema, occasionIdSchema } from './ids.ts'
import { doneSchema, inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'

/** An organization keeps at most this many expectations. */
export const expectationsMax = 200
/** The overview shows at most this many of those that fail. */
export const failingShownMax = 5

export const expectedSchema = z.enum(['allowed', 'refused'])
export type Expected = z.infer<typeof expectedSchema>

/** What the latest run found. */
export const expectationOutcomeSchema = outcomeSchema.omit({ allowed: true }).extend({
  passed: z.boolean(),
  /** What was found, as a sentence: what the gate that decided read, or that the subject is gone. */
  fact: z.string(),
})
export type ExpectationOutcome = z.infer<typeof expectationOutcomeSchema>

/** A sentence about access that must stay true: "Max may never manage keys". */
export const expectationSchema = z.object({
  id: expectationIdSchema,
  /** Null: in the organization itself. */
  occasionId: occasionIdSchema.nullable(),
  subject: subjectSchema,
  /** As it was called at the latest run. */
  subjectName: z.string(),
  action: actionSchema,
  expected: expectedSchema,
  note: z.string(),
  createdAt: timeSchema,
  createdBy: z.string(),
  lastRunAt: timeSchema,
  lastOutcome: expectationOutcomeSchema,
})
export type Expectation = z.infer<typeof expectationSchema>

export const expectationsContract = {
  /** Oldest first. All of them: there are at most `expectationsMax`. */
  list: procedure('access.explain').input(inOrganizationSchema).output(z.array(expectationSchema)),
  /** Runs it at once. Whoever may change people's rights may say what they have to be. */
  create: procedure('users.manage')
    .input(
      inScopeSchema.extend({
        subject: subjectSchema,
        action: actionSchema,
        expected: expectedSchema,
        note: z.string().trim().max(300).default(''),
      }),
    )
    .output(expectationSchema),
  delete: procedure('users.manage')
    .input(inOrganizationSchema.extend({ expectationId: expectationIdSchema }))
    .output(doneSchema),
  /** Runs all of them now. */
  run: procedure('access.explain').input(inOrganizationSchema).output(z.array(expectationSchema)),
  /** How many the latest run found failing, and the first few of them. */
  failing: procedure('access.explain')
    .input(inOrganizationSchema)
    .output(z.object({ failing: z.int(), first: z.array(expectationSchema).max(failingShownMax) })),
}
