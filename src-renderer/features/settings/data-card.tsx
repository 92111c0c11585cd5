import { useQuery } from '@tanstack/react-query'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import type { DataKeyProtection } from '#contract/bridge.ts'
import type { Settings } from '#contract/settings.ts'
import { desktop } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { formatBytes } from '#renderer/ui/format.ts'

interface Protection {
  label: string
  detail: string
  safe: boolean
}

const bySource: Record<Settings['dataKeySource'], Protection> = {
  keychain: {
    label: 'Keychain',
    detail: 'Wrapped by the keychain of this system. A copy of the data directory alone opens no secret.',
    safe: true,
  },
  environment: {
    label: 'Environment',
    detail: 'Given to the host by a variable. Keep it with a copy of the data directory, but apart from it.',
    safe: true,
  },
  file: {
    label: 'Key file',
    detail: 'In a file of the data directory. Whoever can copy the directory can read the signing secrets.',
    safe: false,
  },
}

const notProtected: Protection = {
  label: 'Not protected',
  detail: 'This system has no keychain that protects, so the key is in a file of the data directory.',
  safe: false,
}

/** The shell knows why there is a key file; the host only that there is one. */
const protectionOf = (source: Settings['dataKeySource'], shell: DataKeyProtection | null): Protection =>
  source === 'file' && shell === 'not_protected' ? notProtected : bySource[source]

/** Where the data is, how large it is, and how the key that encrypts the signing secrets is kept. */
export const DataCard = ({ settings }: { settings: Settings }) => {
  const shell = useQuery({
    queryKey: ['data-key-protection'],
    queryFn: async () => {
      const answer = await desktop?.dataKeyProtection()
      return answer?.ok ? answer.value : null
    },
    enabled: desktop !== undefined,
  })
  const protection = protectionOf(settings.dataKeySource, shell.data ?? null)
  return (
    <Card title="Data">
      <DescriptionList>
        <Description term="Data directory">
          <CopyableText text={settings.dataDirectory} label="Copy path" />
        </Description>
        <Description term="Database">{formatBytes(settings.databaseBytes)}</Description>
        <Description term="Data key">
          <Badge
            tone={protection.safe ? 'success' : 'warning'}
            icon={protection.safe ? ShieldCheck : ShieldAlert}
          >
            {protection.label}
          </Badge>
          <span className="mt-0.5 block text-muted">{protection.detail}</span>
        </Description>
        <Description term="Address">
          <CopyableText text={settings.address} label="Copy address" />
        </Description>
        <Description term="Version">Patchbay {settings.version}</Description>
      </DescriptionList>
    </Card>
  )
}
