import type { Locator, Page } from '@playwright/test'
import { tablePart } from './parts.ts'

export const webhooksPath = '/settings/integrations/webhooks'

const urlParts = (place: Locator) => ({
  url: place.getByLabel('URL', { exact: true }),
  verdict: place.getByRole('status').filter({ hasText: /^(Allowed|Blocked)\./ }),
})

const eventParts = (place: Locator) => ({
  searchEvents: place.getByRole('searchbox', { name: 'Search events' }),
  event: (pattern: string) =>
    place.getByRole('list', { name: 'Events' }).getByRole('checkbox', { name: new RegExp(`^${pattern}`) }),
  chosenEvents: place.getByRole('list', { name: 'Chosen events' }).getByRole('listitem'),
})

/** The list of webhooks and the dialog that creates one. */
export const webhooksPage = (page: Page) => {
  const dialog = page.getByRole('dialog', { name: 'Create webhook' })
  return {
    ...tablePart(page, 'Webhooks'),
    create: page.getByRole('main').getByRole('button', { name: 'Create webhook' }).first(),
    search: page.getByRole('searchbox', { name: 'Search by name or URL' }),
    status: page.getByRole('combobox', { name: 'Status' }),
    actions: (name: string) => page.getByRole('button', { name: `Actions for ${name}`, exact: true }),
    dialog: {
      dialog,
      ...urlParts(dialog),
      ...eventParts(dialog),
      name: dialog.getByLabel('Name'),
      submit: dialog.getByRole('button', { name: 'Create webhook' }),
      cancel: dialog.getByRole('button', { name: 'Cancel' }),
    },
  }
}

/** One webhook with its tabs. */
export const webhookPage = (page: Page) => {
  const main = page.getByRole('main')
  const result = main.getByRole('region', { name: 'Result' })
  return {
    pause: main.getByRole('button', { name: 'Pause', exact: true }),
    resume: main.getByRole('button', { name: 'Resume', exact: true }),
    delete: main.getByRole('button', { name: 'Delete', exact: true }),
    probe: main.getByRole('button', { name: 'Probe and resume' }),
    tab: (name: string) => main.getByRole('tab', { name }),
    badge: (name: string) => main.getByText(name, { exact: true }),
    setup: main.getByRole('region', { name: 'Setup' }),
    health: (label: string) =>
      main.getByRole('region', { name: 'Health, last 24 hours' }).locator('div').filter({ hasText: label }),
    deliveries: tablePart(page, 'Deliveries'),
    protection: {
      card: main.getByRole('region', { name: 'Protection' }),
      blocked: main.getByText('1 delivery waits behind one that failed'),
      skip: main.getByRole('button', { name: 'Skip it …' }),
    },
    configuration: {
      ...urlParts(main),
      ...eventParts(main),
      name: main.getByLabel('Name', { exact: true }),
      timeout: main.getByLabel('Timeout in seconds'),
      part: (name: string) => main.getByRole('region', { name, exact: true }),
      limitRate: main.getByRole('checkbox', { name: 'Limit the rate' }),
      requests: main.getByLabel('Requests', { exact: true }),
      ordered: main.getByRole('checkbox', { name: 'Ordered delivery (FIFO)' }),
      schedule: (kind: 'Standard' | 'Own') => main.getByRole('radio', { name: kind }),
      delay: (attempt: number) => main.getByRole('spinbutton', { name: `Delay before attempt ${attempt}` }),
      moveDelayUp: (attempt: number) =>
        main.getByRole('button', { name: `Move the delay before attempt ${attempt} up`, exact: true }),
      removeAttempt: (attempt: number) =>
        main.getByRole('button', { name: `Remove attempt ${attempt}`, exact: true }),
      times: main.getByRole('list', { name: 'Times of the attempts' }).getByRole('listitem'),
      addHeader: main.getByRole('button', { name: 'Add a header' }),
      headerName: (number: number) => main.getByLabel(`Name of header ${number}`),
      headerValue: (number: number) => main.getByLabel(`Value of header ${number}`),
      addLine: main.getByRole('button', { name: 'Add a line' }),
      conditionField: (line: number) => main.getByLabel(`Field ${line}`, { exact: true }),
      conditionOperator: (line: number) => main.getByLabel(`What is asked of field ${line}`),
      conditionValue: (line: number) => main.getByLabel(`Value ${line}`, { exact: true }),
      conditionAs: (kind: 'Lines' | 'JSON') =>
        main
          .getByRole('radiogroup', { name: 'How the filter is written' })
          .getByRole('radio', { name: kind }),
      conditionJson: main.getByLabel('Condition as JSON'),
      recentEvents: main.getByRole('region', { name: 'Recent events' }),
      addStep: (kind: string) =>
        main.getByRole('group', { name: 'Add a step' }).getByRole('button', { name: kind }),
      steps: main.getByRole('list', { name: 'Steps' }).getByRole('listitem'),
      stepField: (step: number) => main.getByLabel(`Field of step ${step}`, { exact: true }),
      stepFields: (step: number) => main.getByLabel(`Fields of step ${step}`),
      moveStepUp: (step: number) => main.getByRole('button', { name: `Move step ${step} up` }),
      bodyAs: (kind: 'JSON' | 'Form') =>
        main.getByRole('radiogroup', { name: 'How the body is written' }).getByRole('radio', { name: kind }),
      bodyBefore: main.getByRole('figure', { name: 'Before' }),
      bodyAfter: main.getByRole('figure', { name: 'After' }),
      save: main.getByRole('button', { name: 'Save …' }),
    },
    authentication: {
      kind: main.getByLabel('Authentication', { exact: true }),
      header: main.getByLabel('Header', { exact: true }),
      token: main.getByLabel('Token', { exact: true }),
      replace: (name: string) => main.getByRole('button', { name: `Replace ${name}` }),
      save: main.getByRole('button', { name: 'Save authentication' }),
    },
    test: {
      eventType: main.getByLabel('Event type'),
      data: main.getByLabel('Data'),
      send: main.getByRole('button', { name: 'Send signed test' }),
      checkConnectivity: main.getByRole('button', { name: 'Check connectivity' }),
      result,
      attempt: (number: number) => result.getByRole('heading', { name: `Attempt ${number}` }),
      openDelivery: result.getByRole('link', { name: 'Open the delivery' }),
    },
  }
}
