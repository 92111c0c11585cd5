import { scrypt, timingSafeEqual } from 'node:crypto'
import { PatchbayError } from '../errors.ts'
import type { RandomBytes } from '../ids.ts'

/** Cost, block size and parallelization of scrypt (RFC 7914): 32 MiB and about 0.1 s for each hash. */
export interface ScryptParameters {
  /** Logarithm of N to the base of 2. */
  readonly logN: number
  readonly r: number
  readonly p: number
}

const present: ScryptParameters = { logN: 15, r: 8, p: 1 }
const saltBytes = 16
const hashBytes = 32
/** Twice of what the parameters need, so that a stored hash with larger ones is refused and not computed. */
const memoryBytesMax = 64 * 1024 * 1024
/** At most this many hashes are computed or wait at once: each takes 32 MiB. */
const pendingMax = 16

/** Hashes passwords and checks them. The work is done on Node's thread pool. */
export interface Passwords {
  /** @returns `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, salt and hash in base64. */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one of the stored hash. `null` (nobody, or no password) takes the same time.
   * @throws PatchbayError `busy` when too many wait already.
   */
  verify(password: string, stored: string | null): Promise<boolean>
}

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/

interface Stored extends ScryptParameters {
  readonly salt: Buffer
  readonly hash: Buffer
}

const parse = (text: string): Stored => {
  const [, logN, r, p, salt, hash] = form.exec(text) ?? []
  if (salt === undefined || hash === undefined) throw new Error('A stored password hash cannot be read.')
  return {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

const derive = (password: string, salt: Buffer, { logN, r, p }: ScryptParameters): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // The same password typed on two keyboards may come composed or decomposed (NIST SP 800-63B).
    const text = password.normalize('NFKC')
    scrypt(text, salt, hashBytes, { N: 2 ** logN, r, p, maxmem: memoryBytesMax }, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    )
  })

/** `parameters` only in tests, where thousands of hashes would take minutes. */
export const createPasswords = (
  randomBytes: RandomBytes,
  parameters: ScryptParameters = present,
): Passwords => {
  let pending = 0
  const bounded = async (work: () => Promise<Buffer>): Promise<Buffer> => {
    if (pending >= pendingMax) throw new PatchbayError('busy', { retryAfterSeconds: 1 })
    pending += 1
    try {
      return await work()
    } finally {
      pending -= 1
    }
  }
  const nobody: Stored = { ...parameters, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes)
      const hash = await bounded(() => derive(password, salt, parameters))
      const { logN, r, p } = parameters
      return `$scrypt$ln=${logN},r=${r},p=${p}$${salt.toString('base64')}$${hash.toString('base64')}`
    },
    async verify(password, stored) {
      const expected = stored === null ? nobody : parse(stored)
      const actual = await bounded(() => derive(password, expected.salt, expected))
      return timingSafeEqual(actual, expected.hash) && stored !== null
    },
  }
}
