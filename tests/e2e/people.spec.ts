import { signInPage } from './pages/entry-pages.ts'
import { confirmDialogPart, framePart, managementControls, secretDialogPart } from './pages/parts.ts'
import { setPasswordPage, subscriptionPage, usersPage, usersPath } from './pages/people-pages.ts'
import { openFirstSession } from './support/console-client.ts'
import { startHost } from './support/host.ts'
import { owner } from './support/set-up.ts'
import { expect, openPageAs, openPageIn, test } from './support/test.ts'

test('an invited person comes in by an address, chooses a password, and comes back with it', async ({
  page,
  browser,
}) => {
  const users = usersPage(page)
  const invitation = secretDialogPart(page)
  const name = 'Ines'
  const email = 'ines@lakeside.example'
  const password = 'a market on the quay'
  // The demo workspace asks nobody for a password.
  const host = await startHost({ demo: false })
  const session = await openFirstSession(host.url, owner)
  await openPageIn(session, page, `${host.url}${usersPath}`)
  await users.invite.click()
  await users.inviting.name.fill(name)
  await users.inviting.email.fill(email)
  await users.inviting.organizationRole.selectOption('Member')
  await users.inviting.workspaceRole.selectOption('Workspace manager')
  await users.inviting.submit.click()
  const address = await invitation.secret.innerText()
  await invitation.stored.click()
  await invitation.close.click()
  await expect(users.row(email)).toContainText('Invited')
  expect(await page.content()).not.toContain(address)

  const theirs = await browser.newPage()
  const frame = framePart(theirs)
  await test.step('the address works once and asks for a password', async () => {
    const welcome = setPasswordPage(theirs)
    await theirs.goto(address)
    await expect(welcome.title).toContainText(name)
    await welcome.password.fill(password)
    await welcome.repeated.fill('another one, by mistake')
    await welcome.set.click()
    await expect(welcome.repeated).toHaveAccessibleDescription(/Not the same as above/)
    await welcome.repeated.fill(password)
    await welcome.set.click()
    await expect(frame.title('Overview')).toBeVisible()
    await expect(users.row(email)).not.toContainText('Invited')
  })
  await test.step('from then on the password opens the console', async () => {
    const signIn = signInPage(theirs)
    await frame.account.click()
    await frame.menuItem('Sign out').click()
    await signIn.email.fill(email)
    await signIn.password.fill(password)
    await signIn.signIn.click()
    await expect(frame.leaf('Webhooks')).toBeVisible()
    await expect(frame.leaf('API')).toHaveCount(0)
  })
  await theirs.close()
  await host.stop()
})

test('other roles are told before they are saved, reach the open console, and end when the person is removed', async ({
  page,
  browser,
  ownDemo,
}) => {
  const users = usersPage(page)
  const theirs = await browser.newPage()
  const frame = framePart(theirs)
  await openPageAs(theirs, ownDemo.url, 'Max')
  await expect(frame.leaf('Webhooks')).toBeVisible()
  await expect(frame.leaf('API')).toHaveCount(0)
  await openPageAs(page, ownDemo.url, 'Ada', usersPath)

  await test.step('the dialog names what they gain, and the open console follows', async () => {
    const person = users.person('Max')
    await users.link('Max').click()
    await person.organizationRole.selectOption('Admin')
    await person.workspaceRole.selectOption('Workspace admin')
    await expect(person.effect).toContainText('Gains:')
    await person.save.click()
    await expect(users.row('max@harbourhall.example')).toContainText('Workspace admin')
    await expect(frame.leaf('API')).toBeVisible()
  })
  await test.step('removed, they belong nowhere', async () => {
    const question = confirmDialogPart(page, 'Remove Max from Harbour Hall')
    await users.actions('Max').click()
    await framePart(page).menuItem('Remove …').click()
    await expect(question.cancel).toBeFocused()
    await question.confirm('Remove user').click()
    await expect(users.row('max@harbourhall.example')).toHaveCount(0)
    await expect(theirs.getByText('You belong to no organization')).toBeVisible()
  })
  await theirs.close()
})

test('the last owner stays owner', async ({ page, openAs }) => {
  const users = usersPage(page)
  const ada = users.person('Ada')
  await openAs('Ada', usersPath)
  await users.link('Ada').click()
  await ada.organizationRole.selectOption('Member')
  await expect(ada.dialog).toContainText('The last owner of an organization stays owner')
  await ada.save.click()
  await expect(ada.problem).toContainText(/owner/)
  await page.keyboard.press('Escape')
  await expect(users.row('ada@harbourhall.example')).toContainText('Owner')
})

test('Max reads who works here, and asks why he invites nobody', async ({ page, openAs }) => {
  const users = usersPage(page)
  await openAs('Max', usersPath)
  await expect(users.row('meta@harbourhall.example')).toContainText('no member')
  await expect(managementControls(framePart(page).main)).toHaveCount(0)
  await users.whyNoInvite.click()
  await expect(page.getByRole('dialog', { name: 'Why this is refused' })).toContainText('Workspace role')
})

test('Max reads the plans, and asks why he changes none', async ({ page, openAs }) => {
  const subscription = subscriptionPage(page)
  await openAs('Max', '/settings/subscription')
  await expect(subscription.whyNoChange).toBeVisible()
  await expect(subscription.changeTo('Pro')).toHaveCount(0)
})
