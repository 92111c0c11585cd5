const addressCharactersMax = 2048
const schemes = ['https:', 'mailto:']

/** The address to open, written anew from its parts, or null when it is not one for the outside. */
export const externalAddress = (text: string): string | null => {
  if (text.length > addressCharactersMax) return null
  const url = URL.parse(text)
  if (url === null || !schemes.includes(url.protocol)) return null
  if (url.username !== '' || url.password !== '') return null
  return url.href
}

export type OpenExternal = (text: string) => Promise<boolean>

/** Security checklist 15: the only way to the system's own programs. Answers false when it opened nothing. */
export const createOpenExternal =
  (open: (address: string) => Promise<void>): OpenExternal =>
  async (text) => {
    const address = externalAddress(text)
    if (address === null) return false
    await open(address)
    return true
  }
