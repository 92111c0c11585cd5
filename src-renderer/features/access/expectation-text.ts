import type { Expectation } from '#contract/expectations.ts'
import { actionLabels } from '#renderer/app/action-labels.ts'
import { explorerAddress } from '#renderer/app/paths.ts'
import { subjectId } from './subject.ts'

/** "Max may never manage API keys" */
export const expectationSentence = ({ subjectName, expected, action }: Expectation) =>
  `${subjectName} ${expected === 'allowed' ? 'may always' : 'may never'} ${actionLabels[action]}`

/** The explanation of what an expectation is about. */
export const expectationHref = ({ subject, action }: Expectation) =>
  explorerAddress({ subject: subjectId(subject), action })
