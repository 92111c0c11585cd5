import { formatDuration } from '#contract/duration.ts'
import { standardScheduleMs } from '#contract/schedule.ts'
import {
  type Authentication,
  type Comparison,
  type Condition,
  partsOf,
  type Scalar,
  type Shape,
  type ShapeStep,
  type SignatureStyle,
  type Throttle,
} from '#contract/webhook-options.ts'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'

const periods: ReadonlyMap<number, string> = new Map([
  [1, 'a second'],
  [60, 'a minute'],
  [3_600, 'an hour'],
])

export const throttleText = (throttle: Throttle | null) => {
  if (throttle === null) return 'No limit'
  const { count, seconds } = throttle
  return `At most ${formatNumberOf(count, 'request')} ${periods.get(seconds) ?? `in ${formatCount(seconds)} s`}`
}

export const orderText = (ordered: boolean) =>
  ordered ? 'In the order of the events, one at a time' : 'As they come, several at once'

const totalOf = (scheduleMs: readonly number[]) => scheduleMs.reduce((sum, delayMs) => sum + delayMs, 0)

export const scheduleText = (scheduleMs: readonly number[] | null) => {
  const [, ...delays] = scheduleMs ?? standardScheduleMs
  if (delays.length === 0) return '1 attempt, never repeated'
  const attempts = `${delays.length + 1} attempts over ${formatDuration(totalOf(delays))}`
  return scheduleMs === null
    ? `Standard: ${attempts}`
    : `${attempts}: at once, then after ${delays.map(formatDuration).join(', ')}`
}

const scalarText = (value: Scalar) => (typeof value === 'string' ? `“${value}”` : String(value))
const listText = (values: readonly Scalar[]) => values.map(scalarText).join(', ')

const comparisonTexts = ({ $eq, $neq, $gt, $gte, $lt, $lte, $in, $nin, $exists, $startsWith }: Comparison) =>
  [
    $eq !== undefined && `is ${scalarText($eq)}`,
    $neq !== undefined && `is not ${scalarText($neq)}`,
    $gt !== undefined && `> ${scalarText($gt)}`,
    $gte !== undefined && `≥ ${scalarText($gte)}`,
    $lt !== undefined && `< ${scalarText($lt)}`,
    $lte !== undefined && `≤ ${scalarText($lte)}`,
    $in && `is one of ${listText($in)}`,
    $nin && `is none of ${listText($nin)}`,
    $exists !== undefined && ($exists ? 'is there' : 'is not there'),
    $startsWith !== undefined && `begins with “${$startsWith}”`,
  ].filter((text) => text !== false && text !== undefined)

/** Several are in brackets where they are within others. */
const joined = (texts: readonly string[], word: 'and' | 'or', within: boolean) =>
  within && texts.length > 1 ? `(${texts.join(` ${word} `)})` : texts.join(` ${word} `)

const clauseText = (condition: Condition, within: boolean): string => {
  const parts = partsOf(condition)
  if (parts.kind === 'fields') {
    const texts = parts.fields.flatMap(([path, asked]) =>
      comparisonTexts(asked).map((text) => `${path} ${text}`),
    )
    return joined(texts, 'and', within)
  }
  const { kind, conditions } = parts
  const texts = conditions.map((one) => clauseText(one, conditions.length > 1))
  return kind === 'not' ? `not (${texts.join()})` : joined(texts, kind, within)
}

/** A condition on one line, as a person would say it. */
export const conditionText = (condition: Condition | null) =>
  condition === null ? 'Every chosen event' : `Only if ${clauseText(condition, false)}`

const stepText = (step: ShapeStep): string => {
  switch (step.kind) {
    case 'pick':
      return `Only ${step.paths.join(', ')}`
    case 'rename':
      return `${step.from} renamed to ${step.to}`
    case 'constant':
      return `${step.path} set to ${scalarText(step.value)}`
    case 'mask':
      return step.keep === 0
        ? `${step.path} masked`
        : `${step.path} masked but for its last ${formatNumberOf(step.keep, 'character')}`
  }
}

/** What is done to the body, in the order of the steps. */
export const shapeText = (shape: Shape | null) => {
  if (shape === null) return 'The body as it is, as JSON'
  const steps = shape.steps.map(stepText).join('; ') || 'The body as it is'
  return `${steps}, as ${shape.contentType === 'form' ? 'a form' : 'JSON'}`
}

export const signatureStyleNames: Record<SignatureStyle, string> = { github: 'GitHub', stripe: 'Stripe' }

export const signaturesText = (styles: readonly SignatureStyle[]) =>
  ['Standard Webhooks', ...styles.map((style) => signatureStyleNames[style])].join(', ')

/** How Patchbay shows itself to the receiver, beside the signature. No secret is in it. */
export const authenticationText = (authentication: Authentication): string => {
  switch (authentication.kind) {
    case 'none':
      return 'None but the signature'
    case 'basic':
      return `User name and password, as ${authentication.username}`
    case 'bearer':
      return 'Bearer token'
    case 'header':
      return `Secret in the header ${authentication.name}`
    case 'oauth2':
      return `OAuth 2 client credentials, as ${authentication.clientId}`
  }
}
