import { z } from 'zod'
import { type ApiKey, allowedAddressesMax, rateLimitPerMinuteMax } from '#contract/api-keys.ts'
import { fromLocalInput, toLocalInput } from '#renderer/ui/date-time.ts'

/** What stands in a control for day and time; '' for none. */
export const localTimeSchema = z
  .string()
  .refine((text) => !Number.isNaN(fromLocalInput(text)), 'Give a day and a time')

/** One range in each line; commas and spaces divide them, too. */
const splitAddresses = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '')

/** When, from where and how often a key may be used, as the controls of a form hold it. */
export const boundsFields = {
  notBefore: localTimeSchema,
  allowedAddresses: z
    .string()
    .refine((text) => splitAddresses(text).length <= allowedAddressesMax, `At most ${allowedAddressesMax}`),
  rateLimitPerMinute: z
    .int('Give a whole number')
    .min(1, 'At least 1')
    .max(rateLimitPerMinuteMax, `At most ${rateLimitPerMinuteMax}`)
    .nullable(),
}
const boundsSchema = z.object(boundsFields)
export type Bounds = z.infer<typeof boundsSchema>

/** The names of the controls, which are those of the fields. */
export const boundsNames = {
  notBefore: 'notBefore',
  allowedAddresses: 'allowedAddresses',
  rateLimitPerMinute: 'rateLimitPerMinute',
} as const

export const noBounds: Bounds = { notBefore: '', allowedAddresses: '', rateLimitPerMinute: null }

export const boundsOf = (key: ApiKey): Bounds => ({
  notBefore: toLocalInput(key.notBefore),
  allowedAddresses: key.allowedAddresses.join('\n'),
  rateLimitPerMinute: key.rateLimitPerMinute,
})

/** The bounds as the host takes them. */
export const toBounds = ({ notBefore, allowedAddresses, rateLimitPerMinute }: Bounds) => ({
  notBefore: fromLocalInput(notBefore),
  allowedAddresses: splitAddresses(allowedAddresses),
  rateLimitPerMinute,
})
