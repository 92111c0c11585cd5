import type { Page } from '@playwright/test'
import { tablePart } from './parts.ts'

export const deliveriesPath = '/deliveries'

export const deliveriesPage = (page: Page) => ({
  ...tablePart(page, 'Deliveries'),
  status: page.getByRole('combobox', { name: 'Status' }),
  heldFor: page.getByRole('combobox', { name: 'Held for' }),
  webhook: page.getByRole('combobox', { name: 'Webhook' }),
})

/** What is shown of one attempt, wherever that is. */
export const attemptPart = (page: Page) => {
  const main = page.getByRole('main')
  return {
    heading: (number: number) => main.getByRole('heading', { name: `Attempt ${number}`, exact: true }),
    phases: main.getByRole('table', { name: 'Phases of the attempt and how long they took' }),
    phase: (name: string) =>
      main
        .getByRole('table', { name: 'Phases of the attempt and how long they took' })
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name }) }),
    request: main.getByRole('region', { name: 'Request' }),
    response: main.getByRole('region', { name: 'Response' }),
    connection: main.getByRole('region', { name: 'Connection' }),
  }
}

/** One delivery with its attempts. */
export const deliveryPage = (page: Page) => ({
  ...attemptPart(page),
  attempts: page.getByRole('list', { name: 'Attempts' }).getByRole('button'),
  attempt: (number: number) =>
    page.getByRole('list', { name: 'Attempts' }).getByRole('button', { name: `Attempt ${number}` }),
  resend: page.getByRole('button', { name: 'Resend' }),
})
