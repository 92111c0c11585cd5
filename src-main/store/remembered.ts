/** What is made of a text that is read again and again, remembered for up to `max` texts. */
export const rememberedBy = <T>(make: (text: string) => T, max: number): ((text: string) => T) => {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= max) known.clear()
    const made = make(text)
    known.set(text, made)
    return made
  }
}
