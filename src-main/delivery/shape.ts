import { fieldAt, memberOf } from '#contract/field-path.ts'
import { type ContentType, type Shape, type ShapeStep, shapedBytesMax } from '#contract/webhook-options.ts'

/** A body as it is sent in the place of that of the event. */
export interface ShapedBody {
  readonly kind: 'shaped'
  readonly contentType: ContentType
  readonly body: Buffer
  /** Places of the steps that had nothing to change. */
  readonly idleSteps: readonly number[]
}

/** Why nothing can be sent: a sentence. What was to be masked must not go out because the rest failed. */
export interface Unshapeable {
  readonly kind: 'unshapeable'
  readonly problem: string
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Sets what a name means in a container. Never what is inherited, whatever the name is. */
const define = (container: object, name: string, value: unknown): void => {
  Object.defineProperty(container, name, { value, writable: true, enumerable: true, configurable: true })
}

const split = (path: string): { readonly way: readonly string[]; readonly last: string } => {
  const names = path.split('.')
  return { way: names.slice(0, -1), last: names.at(-1) ?? '' }
}

/** Whether a name can be set there: in a list only the places that it has. */
const hasRoomFor = (container: unknown, name: string): container is object =>
  isContainer(container) && (!Array.isArray(container) || memberOf(container, name) !== undefined)

/** Sets the value at a path, with the objects that lead there. @returns false, with nothing changed, when none can. */
const setAt = (body: unknown, path: string, value: unknown): boolean => {
  const { way, last } = split(path)
  let container = body
  for (const [index, name] of way.entries()) {
    if (!hasRoomFor(container, name)) return false
    const next = memberOf(container, name) ?? null
    if (next === null) {
      const nested = [...way.slice(index + 1), last].reduceRight<unknown>((inner, key) => {
        const outer = {}
        define(outer, key, inner)
        return outer
      }, value)
      define(container, name, nested)
      return true
    }
    container = next
  }
  if (!hasRoomFor(container, last)) return false
  define(container, last, value)
  return true
}

/** What is taken out of a list leaves a null, so that the places after it stay. */
const removeAt = (body: unknown, path: string): void => {
  const { way, last } = split(path)
  const container = way.length === 0 ? body : fieldAt(body, way.join('.'))
  if (Array.isArray(container)) define(container, last, null)
  else if (isContainer(container)) Reflect.deleteProperty(container, last)
}

const rename = (body: unknown, from: string, to: string): boolean => {
  const value = fieldAt(body, from)
  if (value === undefined || from === to) return false
  if (to.startsWith(`${from}.`)) {
    // Into itself: it makes room first, which leaves nothing in the way.
    removeAt(body, from)
    return setAt(body, to, value)
  }
  if (!setAt(body, to, value)) return false
  // Out of what it replaced: it has gone with that.
  if (!from.startsWith(`${to}.`)) removeAt(body, from)
  return true
}

const masked = (value: unknown, keep: number): string => {
  if (typeof value !== 'string') return '***'
  const characters = Array.from(value)
  const hidden = characters.length > keep ? characters.length - keep : characters.length
  return '*'.repeat(hidden) + characters.slice(hidden).join('')
}

const mask = (body: unknown, path: string, keep: number): boolean => {
  const value = fieldAt(body, path)
  return value !== undefined && setAt(body, path, masked(value, keep))
}

/** Places by name; an empty map stands for all that lies below. */
type Places = Map<string, Places>

/** A path below another one adds nothing to it. */
const placesOf = (paths: readonly string[]): Places => {
  const places: Places = new Map()
  for (const path of paths) {
    const names = path.split('.')
    let level = places
    for (const [index, name] of names.entries()) {
      const known = level.get(name)
      if (known?.size === 0) break
      const next: Places = index === names.length - 1 ? new Map() : (known ?? new Map())
      level.set(name, next)
      level = next
    }
  }
  return places
}

/** The parts of a value at the places; undefined when none of them is there. */
const partAt = (value: unknown, places: Places): unknown => {
  if (places.size === 0 || value === undefined) return value
  const kept: [string, unknown][] = []
  for (const [name, below] of places) {
    const part = partAt(memberOf(value, name), below)
    if (part !== undefined) kept.push([name, part])
  }
  if (kept.length === 0) return undefined
  const picked = Array.isArray(value)
    ? Array(1 + Math.max(...kept.map(([name]) => Number(name)))).fill(null)
    : {}
  for (const [name, part] of kept) define(picked, name, part)
  return picked
}

interface Taken {
  readonly body: unknown
  readonly changed: boolean
}

const take = (body: unknown, step: ShapeStep): Taken => {
  switch (step.kind) {
    case 'pick': {
      const picked = partAt(body, placesOf(step.paths))
      return { body: picked ?? {}, changed: picked !== undefined }
    }
    case 'rename':
      return { body, changed: rename(body, step.from, step.to) }
    case 'constant':
      return { body, changed: setAt(body, step.path, step.value) }
    case 'mask':
      return { body, changed: mask(body, step.path, step.keep) }
  }
}

const textOf = (value: unknown): string => {
  if (value === null) return ''
  return typeof value === 'string' ? value : String(value)
}

/**
 * A body as a form: `data[email]=…&data[tags][0]=…`. Without recursion, because nothing bounds how deep it is.
 * @returns null when it would be longer than `lengthMax` characters.
 */
const encodeForm = (body: unknown, lengthMax: number): string | null => {
  const pairs: [string, string][] = []
  const open: [string, unknown][] = [['', body]]
  let length = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, value] = next
    if (name.length > lengthMax) return null
    if (isContainer(value)) {
      const members: [string, unknown][] = Object.entries(value)
      for (const [key, member] of members.reverse())
        open.push([name === '' ? key : `${name}[${key}]`, member])
      continue
    }
    const text = textOf(value)
    length += name.length + text.length + 2
    if (length > lengthMax + 1) return null
    pairs.push([name, text])
  }
  const encoded = new URLSearchParams(pairs).toString()
  return encoded.length > lengthMax ? null : encoded
}

const unshapeable = (problem: string): Unshapeable => ({ kind: 'unshapeable', problem })

/** @throws RangeError when it is nested so deeply that it exhausts the stack. */
const encode = (body: unknown, contentType: ContentType): Buffer | null => {
  const text = contentType === 'form' ? encodeForm(body, shapedBytesMax) : JSON.stringify(body)
  if (text === null || Buffer.byteLength(text) > shapedBytesMax) return null
  return Buffer.from(text)
}

/**
 * The body that is sent for a body of JSON. The same bytes for the same body and shape, always; it evaluates nothing,
 * and names like `__proto__` are names like others.
 */
export const shapeBody = (body: string, { steps, contentType }: Shape): ShapedBody | Unshapeable => {
  let shaped: unknown
  try {
    shaped = JSON.parse(body)
  } catch {
    return unshapeable('The body of the event is not JSON: nothing was sent.')
  }
  const idleSteps: number[] = []
  for (const [index, step] of steps.entries()) {
    const taken = take(shaped, step)
    shaped = taken.body
    if (!taken.changed) idleSteps.push(index)
  }
  try {
    const encoded = encode(shaped, contentType)
    if (encoded !== null) return { kind: 'shaped', contentType, body: encoded, idleSteps }
    return unshapeable(`The shaped body would have more than ${shapedBytesMax / 1024} KiB: nothing was sent.`)
  } catch (error) {
    if (error instanceof RangeError)
      return unshapeable('The shaped body is nested too deeply: nothing was sent.')
    throw error
  }
}
