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

/**
 * The body of an event without its occasion: the exact text that is stored, signed and, as UTF-8, sent. The payload of
 * Standard Webhooks (`type`, `timestamp`, `data`).
 */
export const plainBody = ({ type, occurredAt, data }: BodyParts): string =>
  JSON.stringify({ type, timestamp: new Date(occurredAt).toISOString(), data })

/** The same body with `occasion` at its end, where there is one. */
export const withOccasion = (plain: string, occasion: BodyOccasion | null): string =>
  occasion === null
    ? plain
    : `${plain.slice(0, -1)},"occasion":${JSON.stringify({ id: occasion.id, name: occasion.name })}}`

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

/** The whole body of an event. */
export const eventBody = ({ occasion, ...parts }: BodyParts & { occasion: BodyOccasion | null }): string =>
  withOccasion(plainBody(parts), occasion)
