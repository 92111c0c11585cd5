const two = (value: number) => String(value).padStart(2, '0')

/** A time (Unix ms) as a `datetime-local` control shows it, in the person's time zone; '' for none. */
export const toLocalInput = (at: number | null): string => {
  if (at === null) return ''
  const time = new Date(at)
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`
}

/** What stands in a `datetime-local` control as a time (Unix ms); null for none, NaN for half a time. */
export const fromLocalInput = (text: string): number | null => (text === '' ? null : new Date(text).getTime())
