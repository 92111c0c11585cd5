import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import type { sessionRecordSchema } from '#contract/session.ts'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { useAllRows } from '#renderer/ui/rows.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { PasswordForm } from './password-form.tsx'

type SessionRecord = z.infer<typeof sessionRecordSchema>

const browsers = [
  ['Patchbay', /Electron|Patchbay/],
  ['Edge', /Edg\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrom(e|ium)\//],
  ['Safari', /Safari\//],
] as const
const systems = [
  ['Windows', /Windows/],
  ['macOS', /Mac OS/],
  ['Linux', /Linux/],
] as const

/** "Chrome on Linux"; the start of the text where it is something else. */
const nameOfAgent = (userAgent: string) => {
  const browser = browsers.find(([, pattern]) => pattern.test(userAgent))?.[0]
  const system = systems.find(([, pattern]) => pattern.test(userAgent))?.[0]
  if (!browser) return userAgent.slice(0, 60) || 'Unknown'
  return system ? `${browser} on ${system}` : browser
}

const columnsWith = (onEnd: (session: SessionRecord) => void): readonly Column<SessionRecord>[] => [
  {
    id: 'agent',
    header: 'Where',
    cell: (session) => (
      <span className="flex items-center gap-2" title={session.userAgent}>
        <span className="truncate font-medium">{nameOfAgent(session.userAgent)}</span>
        {session.current && <Badge tone="accent">This session</Badge>}
      </span>
    ),
  },
  { id: 'address', header: 'Address', width: '10rem', cell: (session) => session.address },
  {
    id: 'created',
    header: 'Signed in',
    width: '8rem',
    cell: (session) => <RelativeTime at={session.createdAt} />,
  },
  {
    id: 'seen',
    header: 'Last seen',
    width: '8rem',
    cell: (session) => <RelativeTime at={session.lastSeenAt} />,
  },
  {
    id: 'expires',
    header: 'Ends',
    width: '8rem',
    cell: (session) => <RelativeTime at={session.expiresAt} />,
  },
  {
    id: 'actions',
    header: 'Actions',
    hideHeader: true,
    width: '6rem',
    align: 'end',
    cell: (session) =>
      !session.current && (
        <Button size="sm" onClick={() => onEnd(session)}>
          End
        </Button>
      ),
  },
]

const rowId = (session: SessionRecord) => session.id
const rowName = (session: SessionRecord) => nameOfAgent(session.userAgent)

/** Where the person is signed in, and their password. */
export const SessionsPage = () => {
  const queryClient = useQueryClient()
  const sessions = useQuery(orpc.session.list.queryOptions())
  const rows = useAllRows(sessions, (list) => list)
  const [ending, setEnding] = useState<SessionRecord | null>(null)
  const end = useMutation({
    mutationFn: (sessionId: string) => client.session.revoke({ sessionId }),
    onSuccess: async () => {
      setEnding(null)
      toast.success('Session ended')
      await queryClient.invalidateQueries({ queryKey: orpc.session.list.key() })
    },
  })
  const [columns] = useState(() => columnsWith(setEnding))
  return (
    <Page title="Sessions and password" description="Where you are signed in, and how you get in.">
      <DataTable
        embedded
        label="Sessions"
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={rowName}
        empty={{ title: 'No sessions', description: 'You are signed in nowhere.' }}
      />
      <Card title="Change password" className="max-w-md">
        <PasswordForm />
      </Card>
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={() => {
          setEnding(null)
          end.reset()
        }}
        title="End this session"
        consequence={
          ending &&
          `${nameOfAgent(ending.userAgent)} at ${ending.address} is signed out and must sign in again.`
        }
        confirmLabel="End session"
        busy={end.isPending}
        failure={end.isError ? failureOf(end.error) : null}
        onConfirm={() => ending && end.mutate(ending.id)}
      />
    </Page>
  )
}
