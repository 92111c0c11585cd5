export interface BodyParts {
  readonly type: string
  /** Unix ms. */
  readonly occurredAt: number
  readonly data: unknown
}

/** The occasion as receivers see it. */
export interface BodyOccasion {
  readonly id: string
  readonly name: string
}

/** What is known before the occasion is: the body without its end, for `completeBody`. */
export const openBody = ({ type, occurredAt, data }: BodyParts): string =>
  JSON.stringify({ type, timestamp: new Date(occurredAt).toISOString(), data }).slice(0, -1)

export const completeBody = (open: string, occasion: BodyOccasion | null): string =>
  occasion === null
    ? `${open}}`
    : `${open},"occasion":${JSON.stringify({ id: occasion.id, name: occasion.name })}}`

/** What the text of a body says, for conditions: the same without making text of it and reading it again. */
export const bodyValue = ({
  type,
  occurredAt,
  data,
  occasion,
}: BodyParts & { readonly occasion: BodyOccasion | null }): unknown => ({
  type,
  timestamp: new Date(occurredAt).toISOString(),
  data,
  ...(occasion === null ? {} : { occasion: { id: occasion.id, name: occasion.name } }),
})

/**
 * The body of an event: the exact text that is stored, signed and, as UTF-8, sent. The payload of Standard
 * Webhooks (`type`, `timestamp`, `data`), plus `occasion` where there is one.
 */
export const eventBody = ({ occasion, ...parts }: BodyParts & { occasion: BodyOccasion | null }): string =>
  completeBody(openBody(parts), occasion)
