const headEnd = Buffer.from('\r\n\r\n')
const lengthHeader = Buffer.from('\r\ncontent-length: ')
const lineEnd = '\r'.charCodeAt(0)
const zero = '0'.charCodeAt(0)

/**
 * How many bytes the HTTP/1.1 message at the start of these has; null while it is not whole. No text is made of it, so that
 * receiving costs little beside what is measured. @throws when it has no `content-length`, written in lower case.
 */
export const messageLength = (bytes: Buffer): number | null => {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return null
  const at = bytes.indexOf(lengthHeader)
  if (at < 0 || at > end) throw new Error(`A message without a length: ${bytes.toString('latin1', 0, end)}`)
  let length = 0
  for (let place = at + lengthHeader.length; bytes[place] !== lineEnd; place += 1) {
    length = length * 10 + (bytes[place] ?? zero) - zero
  }
  const whole = end + headEnd.length + length
  return bytes.length < whole ? null : whole
}
