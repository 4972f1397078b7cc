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

## apps

## oauth

## numbers

## messages

## audit

## demo

## connected apps

connected-lead = Who may use the numbers of { $workspace }, and for what.
connected-attention = { $count ->
    [one] One app needs attention: its line says why.
   *[other] { $count } apps need attention: their lines say why.
 }
connected-tab = Connected
disconnected-tab = Disconnected
connected-caption = Apps of this workspace
connected-empty-title = No apps here
connected-empty-text = An app is a program of somebody else that uses your numbers for you: a CRM, a shop, an agent. It asks first; you see what it asks, and decide.
connected-build = Build one yourself
connected-state-connected = Connected
connected-state-expired = Expired
connected-state-suspended = Stopped by the operator
connected-state-orphaned = Needs approval
connected-state-disconnected = Disconnected
attention-expired = The time for which it was approved is over. To go on, the app has to ask again.
attention-suspended = The people who run this server have stopped this app everywhere. None of its calls is answered.
attention-orphaned = The person who approved it is no longer in this workspace. To go on, the app has to ask again.
app-not-reviewed = Not reviewed
column-app = App
column-status = Status
column-permissions = Permissions
column-permission = Permission
column-impact = Impact
column-numbers = Numbers
column-last-used = Last used
column-connected = Connected
column-actions = Actions
permissions-caption = Permissions of { $app }
numbers-all-short = All
numbers-all = All numbers, including ones linked later
never-used = Never
by-person = by { $person }
fact-made-by = Made by
fact-approved-by = Approved by
fact-ends = Ends
fact-ended = Ended { $at }
fact-until-disconnected = When you disconnect it
fact-their-words = Their words
disconnect-button = Disconnect
disconnect-named = Disconnect { $app }
disconnected-done = The app is disconnected. Its next call fails.
delete-button = Delete
delete-named = Delete { $app }
delete-offer = No longer want to see this app in the list?
delete-confirm = Type the app’s name to delete it
delete-confirm-wrong = This is not the app’s name. Type it as it stands above.
delete-refused = The app was not deleted
deleted-done = The app is deleted. The audit log keeps what it did.
end-what-happens = What happens
end-next-call = Its next call fails. Its tokens and codes end at once.
end-queued = Messages of this app that are still waiting will not go out.
end-row-stays = { $app } stays in your list, under “Disconnected”.
end-row-goes = Its row in your list is removed. The audit log stays.
end-copied = Data it has already copied stays with { $publisher }.
end-again = To connect it again, it has to ask you anew.
end-keep = Keep it
risk-low = Low impact
risk-medium = Medium impact
risk-high = High impact
group-account-short = Account
group-messages-short = Messages
group-templates-short = Templates
group-numbers-short = Numbers
group-contacts-short = Contacts
group-security-short = Security
audit-grant-revoked = Disconnected an app
audit-grant-deleted = Deleted an app from the list
audit-token-replayed = A token was used twice: all that came from it were ended
