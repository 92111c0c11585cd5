import { expect, it } from 'vitest'
import { toCsv } from '#renderer/ui/export-file.ts'

it('quotes what would end a cell, and leaves the rest alone', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['plain', 'with, comma'],
        ['with "quotes"', 'two\nlines'],
        [null, 3],
      ],
    ),
  ).toBe('a,b\r\nplain,"with, comma"\r\n"with ""quotes""","two\nlines"\r\n,3\r\n')
})

it('keeps a name that a spreadsheet would run as a formula a text', () => {
  expect(toCsv(['name'], [['=1+1'], ['+49'], ['-x'], ['@me'], ['a=b']])).toBe(
    "name\r\n'=1+1\r\n'+49\r\n'-x\r\n'@me\r\na=b\r\n",
  )
})

it('leaves numbers numbers, negative ones too', () => {
  expect(toCsv(['n'], [[-1]])).toBe('n\r\n-1\r\n')
})
