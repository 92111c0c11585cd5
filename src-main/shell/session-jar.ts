/** Keeps the session cookie of the host in the shell, in memory: the page never holds it. */
export interface SessionJar {
  /** The value of the `cookie` header, or null when there is none to send. */
  header(): string | null
  /** Takes what an answer sets in `set-cookie`. */
  take(setCookie: readonly string[]): void
}

interface Kept {
  readonly value: string
  /** Unix ms. Infinity for a cookie that lives as long as the program. */
  readonly expiresAt: number
}

/** The host sets one cookie; more than a few would be a mistake. */
const cookiesMax = 10
const cookieCharactersMax = 4096

const expiryOf = (attributes: readonly string[], now: number): number => {
  const attributeOf = (name: string) =>
    attributes
      .map((attribute) => attribute.trim().split('='))
      .find(([key]) => key?.toLowerCase() === name)?.[1]
  const maxAge = Number(attributeOf('max-age') ?? Number.NaN)
  if (!Number.isNaN(maxAge)) return now + maxAge * 1000
  const expires = Date.parse(attributeOf('expires') ?? '')
  return Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires
}

/** RFC 6265, as much of it as one host and one client need: name, value, Max-Age, Expires. */
export const createSessionJar = (now: () => number): SessionJar => {
  const cookies = new Map<string, Kept>()

  const takeOne = (line: string) => {
    const [pair = '', ...attributes] = line.split(';')
    const at = pair.indexOf('=')
    if (at < 1 || pair.length > cookieCharactersMax) return
    const name = pair.slice(0, at).trim()
    const expiresAt = expiryOf(attributes, now())
    if (expiresAt <= now()) cookies.delete(name)
    else if (cookies.has(name) || cookies.size < cookiesMax) {
      cookies.set(name, { value: pair.slice(at + 1).trim(), expiresAt })
    }
  }

  return {
    header() {
      const alive = [...cookies].filter(([, { expiresAt }]) => expiresAt > now())
      if (alive.length === 0) return null
      return alive.map(([name, { value }]) => `${name}=${value}`).join('; ')
    },
    take(setCookie) {
      for (const line of setCookie) takeOne(line)
    },
  }
}
