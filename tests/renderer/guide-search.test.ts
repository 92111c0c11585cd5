import { describe, expect, it } from 'vitest'
import { type GuidePart, searchGuides } from '#renderer/features/documentation/guide-search.ts'

const part = (section: string | null, text: string): GuidePart => ({
  guide: 'API keys',
  section,
  to: `/documentation/api-keys#${section}`,
  text,
})
const parts = [
  part(null, 'An API key lets a program act for the organization.'),
  part('Errors', 'A key that was revoked answers key_revoked; rotate before it ends.'),
  part('Rotate', 'Makes a key with the same settings and a new secret.'),
]

describe('searching the guides', () => {
  it('finds nothing for nothing', () => {
    expect(searchGuides(parts, '  ')).toEqual([])
  })

  it('finds every word, whatever its case and wherever it stands', () => {
    expect(searchGuides(parts, 'SECRET rotate').map(({ section }) => section)).toEqual(['Rotate'])
    expect(searchGuides(parts, 'secret errors')).toEqual([])
  })

  it('puts a match in a heading before one in the text', () => {
    expect(searchGuides(parts, 'rotate').map(({ section }) => section)).toEqual(['Rotate', 'Errors'])
  })

  it('shows the words around the match as they are written', () => {
    const [found] = searchGuides(parts, 'ORGANIZATION')
    expect(found).toMatchObject({ before: parts[0]?.text.slice(0, -13), match: 'organization', after: '.' })
  })

  it('cuts long texts between words', () => {
    const [found] = searchGuides(
      [part('Long', `${'many words '.repeat(20)}needle${' more words'.repeat(20)}`)],
      'needle',
    )
    expect(found?.before).toMatch(/^…(words|many) /)
    expect(found?.after).toMatch(/ (words|more)…$/)
  })
})
