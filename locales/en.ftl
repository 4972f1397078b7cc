# Every word that people read on pages and in mails. One sentence a message; names and hosts come in as {$arguments}.

## layout

skip-to-content = Skip to the content
you-are-on = You are on { $host }
go-to-start = Go to the start page
foot-privacy = Privacy Policy
foot-terms = Terms of Service
foot-support = Help
not-found-title = There is nothing here
not-found-text = The address may be mistyped, or what it named is gone, or it belongs to another account.
forbidden-title = You may not do this here
forbidden-text = Your role in this workspace does not include it. An owner or an admin can change your role.
broken-title = Something broke on our side
broken-text = Nothing you entered was lost on purpose. Go back and try again; if it happens again, tell the people who run this server.
form-not-ours-title = This form is too old
form-not-ours-text = You signed in or out since it was opened, or it was not opened here. Go back, reload the page and send it again.
form-too-large-title = This form is too large
form-too-large-text = Shorten what you typed and send it again.
form-unreadable-title = This form could not be read
form-unreadable-text = Go back, reload the page and send it again.
password-show = Show password
password-hide = Hide password
password-shown = Your password is shown
password-hidden = Your password is hidden
returning-title = Returning you to { $host }

your-account = Your account
developer-pages = Developer pages
sign-out-button = Sign out
workspace-word = Workspace:
workspace-new = New workspace
workspace-nav = Workspace
nav-numbers = Numbers
nav-apps = Apps
nav-messages = Messages
nav-members = Members
nav-audit = Audit log
nav-settings = Settings

## accounts

email-label = E-mail address
password-label = Password
password-hint = At least 10 characters. A sentence is fine.
name-label = Your name
workspace-label = Name of your workspace
workspace-hint = Usually your business. You can change it later.
role-owner = Owner
role-admin = Admin
role-editor = Editor
role-viewer = Viewer
sign-in-title = Sign in
sign-in-for-app = { $app } asks for access. Sign in to see what it asks for.
sign-in-button = Sign in
sign-in-no-account = No account yet?
sign-in-refused = You are not signed in
sign-in-wrong = The e-mail address or the password is wrong.
sign-in-too-often = There were too many tries. Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 } and try again.
sign-up-title = Create an account
sign-up-lead = You get a workspace of your own. Link a number to it, then decide which apps may use it.
sign-up-button = Create the account
sign-up-have-account = Already have an account?
sign-up-refused = The account was not created
sign-up-email = This is not an e-mail address. It looks like name@example.com.
sign-up-name = Write your name, in at most 80 characters.
sign-up-too-short = Use at least 10 characters. Three words do well.
sign-up-too-long = Use at most 200 characters.
sign-up-tells = Choose a password that is not your e-mail address or your name.
sign-up-taken = There is already an account with this address. Sign in instead.
sign-up-not-invited = The invitation is for another address. Use the one that the mail came to.
sign-up-for-invitation = You are invited to { $workspace }. Make an account with the address that the mail came to, then join.
sign-in-for-invitation = You are invited to { $workspace }. Sign in with the address that the mail came to, then join.
role-label = Role
role-missing = Choose a role.
role-owner-text = Everything, including the name of the workspace and its owners.
role-admin-text = Also links numbers, approves apps and invites people.
role-editor-text = Also sends messages, and changes contacts and templates.
role-viewer-text = Sees numbers, apps and messages. Changes nothing.
error-in-front = Error:
save-button = Save
cancel-button = Cancel
what-happens = What happens

start-title = You are in no workspace yet
start-text = Create one for your business, or ask somebody who has one to invite you. Numbers, apps and messages live in a workspace.
workspace-new-lead = Its numbers, apps and members are its own. You become its owner.
workspace-create-button = Create the workspace
workspace-refused = The workspace was not created
workspace-name-wrong = Write a name, in at most 80 characters.
workspace-too-many = You have made 20 workspaces, which is as many as one person may. Leave one that you no longer need.
workspace-not-allowed = Your role in this workspace does not include it.
workspace-done-renamed = Saved. The workspace has its new name.
workspace-done-joined = You are a member now.

account-who = Who you are
account-name-hint = Members of your workspaces see it.
account-password = Password
account-password-text = A new password signs you out in every other browser.
account-password-button = Change the password
password-current = Current password
password-new = New password
password-wrong = The current password is wrong.
password-refused = The password was not changed
account-refused = Your name was not changed
account-done-name = Saved. You have your new name.
account-done-password = The password is changed. Every other browser is signed out.
account-done-session = That browser is signed out.
account-done-others = Every other browser is signed out.
sessions-heading = Where you are signed in
sessions-text = Sign out what you do not know, then change your password.
sessions-end-others = Sign out everywhere else
session-this = This browser
session-last-seen = last seen
session-browser-on = { $browser } on { $system }
session-unknown = Unknown browser

settings-refused = The name was not changed
settings-workspace = Workspace
settings-name = Name
settings-name-hint = Apps and members see it.
settings-owners-only = Only an owner can change it.
settings-your-role = Your role here:
leave-heading = Leave this workspace
leave-go = Go to leaving
leave-title = Leave { $workspace }
leave-access = You no longer see its numbers, apps and messages.
leave-apps = Apps that you approved can do no more here until somebody else approves them.
leave-invitations = Invitations that you sent and nobody accepted are withdrawn.
leave-record = The workspace goes on. What you did stays in its audit log.
leave-back = To come back, you have to be invited again.
leave-button = Leave { $workspace }
leave-keep = Stay
leave-refused = You are still a member
leave-last-owner = You are the only owner. Make somebody else an owner first.

members-lead = People who work in { $workspace }, and what they may do.
member-person = Person
member-last-seen = Last seen
member-not-seen = Not lately
member-actions = Actions
member-you = (you)
member-change = Change
member-remove = Remove
member-change-title = Change a role
member-change-text = It counts from the next click on. Apps that they approved can do no more than their new role allows.
member-refused = Nothing was changed
member-last-owner = This is the only owner. Make somebody else an owner first.
member-done-role = Saved. The new role counts from now on.
member-done-removed = They are no longer a member.
member-remove-heading = Remove a member
member-remove-title = Remove { $person } from { $workspace }
member-remove-access = { $person } no longer sees its numbers, apps and messages, from the next click on.
member-remove-apps = Apps that { $person } approved can do no more here until somebody else approves them.
member-remove-invitations = Invitations that { $person } sent and nobody accepted are withdrawn.
member-remove-record = What they did stays in the audit log. Their account and their other workspaces stay as they are.
member-remove-back = To bring them back, you have to invite them again.
member-remove-button = Remove { $person }
member-remove-keep = Keep them
invitations-open = Open invitations
invitation-by = by { $inviter }
invitation-until = until
invitation-withdraw = Withdraw
invite-heading = Invite a person
invite-button = Send the invitation
invitation-refused = The invitation was not sent
invitation-already-member = This person is a member already.
invitation-already-sent = This address has an open invitation already. Withdraw it to send another one.
invitation-full = This workspace has 200 members and open invitations, which is as many as one may have.
invitation-done-sent = The invitation is on its way.
invitation-done-withdrawn = The invitation is withdrawn. Its link no longer works.
invitation-done-gone = That invitation was no longer open: it was accepted, withdrawn or too old.

invitation-heading = Invitation
invitation-title = Join { $workspace }
invitation-lead = { $inviter } invites you to work there.
invitation-for = For
invitation-open-until = Open until
invitation-join = Join { $workspace }
invitation-later = Not now
invitation-sign-in = Sign in with this address, or make an account with it.
invitation-other-account = You are signed in as { $email }. This invitation is for another address.
invitation-use-other = Sign out and use the other account
invitation-not-open = This invitation cannot be accepted
invitation-used = It was used already. Every invitation works once.
invitation-withdrawn = It was withdrawn. Ask the person who invited you.
invitation-expired = It is too old. Ask the person who invited you for a new one.
invitation-unknown-title = This invitation is unknown
invitation-unknown-text = The address may be mistyped: open the link in the mail again, or ask the person who invited you for a new one.
invitation-mail-subject = { $inviter } invites you to { $workspace }
invitation-mail-text =
    Hello,

    { $inviter } invites you to work in { $workspace } on { $product }.
    Your role there will be: { $role }.

    To see the invitation and answer it, open:
    { $link }

    It is open until { $until } and works once, for this address only.
    If you do not know who this is, do nothing: nobody gets in without this link.

    { $product }, { $host }

## apps

## oauth

## numbers

## messages

## audit

audit-lead = Every decision, in order. Nothing can be changed or removed; message texts are never written down.
audit-time = Time
audit-who = Who
audit-what = Action
audit-target = Target
audit-details = Details
audit-details-of = of { $action }
audit-show = Show
audit-address = Network
audit-request = Request
audit-entry = Entry
audit-anyone = Anyone
audit-any = Any
audit-filter-button = Show
audit-filter-clear = Clear filters
audit-newer = Newer
audit-older = Older
audit-pages = Pages
audit-empty-title = Nothing has been decided yet
audit-empty-text = What people and apps do in this workspace is written down here.
audit-no-match-title = Nothing matches
audit-no-match-text = No entry fits what you chose above.
audit-no-more-title = That was everything
audit-no-more-text = There are no entries beyond this place.
audit-actor-operator = The operator of this server
audit-actor-system = { $product }
audit-actor-stranger = Somebody not signed in
audit-unnamed = Something else

audit-session-opened = Signed in
audit-session-ended = Signed out
audit-session-others_ended = Signed out every other browser
audit-session-refused = Failed to sign in
audit-person-created = Made an account
audit-person-renamed = Changed their name
audit-password-changed = Changed their password
audit-password-reset = Reset a password
audit-workspace-created = Created the workspace
audit-workspace-renamed = Renamed the workspace
audit-member-joined = Joined the workspace
audit-member-role_changed = Changed a role
audit-member-removed = Removed a member
audit-member-left = Left the workspace
audit-invitation-sent = Invited a person
audit-invitation-withdrawn = Withdrew an invitation

## demo
