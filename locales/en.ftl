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

messages-title = Messages
messages-lead = What your numbers sent and received, newest first.
messages-filter-number = Number
messages-filter-any = All numbers
messages-filter-button = Show
messages-column-time = Time
messages-column-number = Number
messages-column-peer = With
messages-column-text = Text
messages-column-app = App
messages-column-state = State
messages-to = To { $peer }
messages-from = From { $peer }
messages-no-app = None
messages-unknown-app = An app that was removed
messages-none-title = No messages yet
messages-none-text = Once an app that you authorized sends a text, or somebody writes to one of your numbers, it appears here.
messages-none-of-number-text = This number has not sent or received anything yet.
messages-show-all = Show all numbers
messages-pages = Pages
messages-newest = Newest
messages-older = Older
message-queued = Waiting
message-sent = Sent
message-delivered = Delivered
message-read = Read
message-failed = Failed
message-received = Received
message-failed-not_linked = The number was not linked.
message-failed-not_on_whatsapp = This number has no WhatsApp account.
message-failed-refused = WhatsApp or the recipient refused it.
message-failed-throttled = WhatsApp wanted a pause.
message-failed-network = The connection to WhatsApp broke.
message-failed-expired = It could not be sent in time.
message-failed-access_ended = The app was disconnected before it was sent.
audit-message-queued = Sent a message

## audit

## demo
