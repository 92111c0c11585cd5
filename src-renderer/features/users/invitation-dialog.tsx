import type { Invitation } from '#contract/organizations.ts'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { SecretOnceDialog } from '#renderer/ui/secret-once-dialog.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { apiAddress } from '../documentation/api-address.ts'

/** An invitation with the name of who is invited. */
export interface Invited {
  name: string
  invitation: Invitation
}

/** Shows the address that signs an invited person in, the only time. */
export const InvitationDialog = ({ invited, onClose }: { invited: Invited | null; onClose: () => void }) => (
  <SecretOnceDialog
    title={invited ? `Give ${invited.name} this address` : 'Invitation'}
    label="Sign-in address"
    secret={invited && `${apiAddress}${invited.invitation.signInPath}`}
    onClose={onClose}
  >
    {invited && (
      <div className="space-y-2">
        <p>
          It works once and signs {invited.name} in; a password is chosen then. Whoever has the address can
          use it, so send it over a way that you trust.
        </p>
        <p>
          Ends <AbsoluteTime at={invited.invitation.expiresAt} />
        </p>
        <p className="text-muted">
          Where this console has another address, put the path behind that one:{' '}
          <CopyableText text={invited.invitation.signInPath} label="Copy the path" />
        </p>
      </div>
    )}
  </SecretOnceDialog>
)
