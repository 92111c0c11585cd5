import { useMutation, useQueryClient } from '@tanstack/react-query'
import { DatabaseBackup } from 'lucide-react'
import type { Backup } from '#contract/settings.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { formatBytes } from '#renderer/ui/format.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'

const reasonLabels: Record<Backup['reason'], string> = {
  daily: 'Daily',
  migration: 'Before an update',
  manual: 'By hand',
}

const BackUpNow = () => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const backUp = useMutation(
    orpc.settings.backUpNow.mutationOptions({
      onSuccess: async ({ sizeBytes }) => {
        await queryClient.invalidateQueries({ queryKey: orpc.settings.key() })
        toast.success(`Backup written: ${formatBytes(sizeBytes)}`)
      },
      onError,
    }),
  )
  return (
    <>
      <Button busy={backUp.isPending} onClick={() => backUp.mutate(inOrganization)}>
        <DatabaseBackup aria-hidden />
        Back up now
      </Button>
      {explanation}
    </>
  )
}

/** The backups that there are, and making one. */
export const Backups = ({ backups, mayManage }: { backups: readonly Backup[]; mayManage: boolean }) => (
  <Card
    title="Backups"
    description="Made every day and before every update, while everything goes on."
    actions={mayManage && <BackUpNow />}
  >
    {backups.length === 0 ? (
      <p className="text-muted">None yet. The first one is made within a day.</p>
    ) : (
      <ul className="divide-y divide-line border-y border-line">
        {backups.map((backup) => (
          <li key={backup.path} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
            <span className="w-24 shrink-0">
              <RelativeTime at={backup.createdAt} />
            </span>
            <span className="w-32 shrink-0">
              <Badge>{reasonLabels[backup.reason]}</Badge>
            </span>
            <span className="min-w-0 flex-1">
              <CopyableText text={backup.path} label="Copy path" />
            </span>
            <span className="shrink-0 text-muted">{formatBytes(backup.sizeBytes)}</span>
          </li>
        ))}
      </ul>
    )}
  </Card>
)
