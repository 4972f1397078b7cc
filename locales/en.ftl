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

error-before-title = Error:
opens-new-tab = (opens a new tab)
copied = Copied
copy-reference = Copy the reference

group-account = Account Status & Activity
group-messages = Send Messages
group-templates = Manage Templates
group-numbers = Manage Phone Numbers
group-contacts = Access Contacts
group-security = Security & Compliance
risk-high = High impact
risk-medium = Medium impact
risk-low = Low impact
scope-account-read = See the workspace
scope-account-read-text = See the workspace’s name and whether it is active.
scope-messages-send = Send messages
scope-messages-send-text = Send messages to your customers from the numbers you choose.
scope-messages-send-risk = It can message your customers in your name, which can cost money or get the number banned.
scope-messages-read = Read messages
scope-messages-read-text = Read the messages sent to and from those numbers.
scope-messages-read-risk = It sees what your customers write to you.
scope-templates-read = See templates
scope-templates-read-text = See your message templates.
scope-templates-manage = Manage templates
scope-templates-manage-text = Create, change and delete message templates.
scope-numbers-read = See numbers
scope-numbers-read-text = See which numbers are linked, and whether they are online.
scope-numbers-manage = Manage numbers
scope-numbers-manage-text = Change the settings of your numbers, and unlink them.
scope-numbers-manage-risk = It can unlink a number, which stops your messages.
scope-contacts-read = See contacts
scope-contacts-read-text = See your contacts’ names and phone numbers.
scope-contacts-read-risk = Personal data of your customers leaves this server.
scope-contacts-manage = Manage contacts
scope-contacts-manage-text = Add, change and delete contacts.
scope-contacts-manage-risk = It can change or delete your customers’ details for good.
scope-security-read = Read security data
scope-security-read-text = Read the workspace’s security settings and audit log.
scope-security-read-risk = It shows who signed in, and what your team changed.

invalid-title = Invalid Request
invalid-used = This authorization link doesn’t work: it has already been used.
invalid-expired = This authorization link doesn’t work: it has expired.
invalid-incomplete = This authorization link doesn’t work: it is incomplete or was altered.
invalid-redirect = This authorization link doesn’t work: it leads back to an address that the app has not registered.
invalid-too-long = This authorization link doesn’t work: it is far too long.
invalid-no-app = This authorization link doesn’t work: the app that made it is not known here, or it is paused.
invalid-too-often = This authorization link doesn’t work right now: there were too many tries.
invalid-what-to-do = What to do
invalid-back-to = Go back to { $app } and start again. It will make a new link.
invalid-back = Go back to the app that sent you here and start again. If it happens again, tell the people who make the app.
invalid-wait = Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 } and try again.
invalid-nothing-shared = Nothing was shared, and nothing in your workspace has changed.
invalid-home = Go to my workspace
invalid-developers = For developers
invalid-error = Error
invalid-description = Description
invalid-parameter = Parameter
invalid-reference = Reference
fault-title = This request can’t be answered
fault-lead = { $app } asked for access in a way that this server cannot answer.
fault-return = You can go back to { $host }, which is then told what was wrong.
fault-return-device = You can go back to the app on this device, which is then told what was wrong.

choose-title = Choose a workspace
choose-question = Which workspace is { $app } for?
choose-lead = It gets access to this one only. Next you see what it asks for.
choose-legend = Workspace
choose-numbers = { $count ->
    [0] no numbers yet
    [one] 1 number
   *[other] { $count } numbers
 }
choose-connected = Already connected
choose-continue = Continue
choose-refused = No workspace was chosen
choose-missing = Choose a workspace in which you can approve apps.
obstacle-suspended = This workspace is suspended.
obstacle-role = Your role here is { $role }. An owner or an admin has to approve apps.
obstacle-rights = Your role here is { $role }. The app needs permissions that this role cannot give; an owner can.
blocked-title = Ask an owner to approve this
blocked-lead = You can’t let { $app } use { $workspace }.
blocked-how = Ask them to start again from { $app } and to sign in with their own account.

link-first-title = Link a number first
link-first-lead = { $app } wants to work with your WhatsApp numbers, but { $workspace } has none yet.
link-first-how = Link a number now, then come back to this page. The request stays open until { $until }.
link-first-button = Link a number
link-first-later = Continue without a number

consent-title = Authorize API Access
consent-arrow = shares access with
consent-subtitle = { $app } is requesting access to your workspace { $workspace }.
consent-made-by = Made by { $publisher }
consent-not-reviewed = This app has not been reviewed by { $operator }.
consent-not-reviewed-text = Nobody has checked that it really comes from { $publisher }. Continue only if you started this yourself.
consent-role = { $role } of { $workspace }
consent-switch = Switch workspace
consent-other-account = Use another account
consent-permissions = API Permissions
consent-can = If you authorize, { $app } can:
consent-needed = Needed
consent-optional = Optional
consent-not-yours = Not yours to give
consent-says = { $app } says:
consent-show-all = Show all permissions ({ $count ->
    [one] 1 more, low impact
   *[other] { $count } more, all low impact
 })
consent-numbers = Which numbers?
consent-numbers-list = Numbers
consent-numbers-these = Only these
consent-numbers-all = All numbers
consent-numbers-later = Including numbers you link later.
consent-numbers-none-yet = None is linked yet; it gets access to the ones you link later.
consent-lifetime = How long?
consent-lifetime-until-disconnected = Until you disconnect it
consent-lifetime-hint = Ends by itself after { $days } days without use.
consent-lifetime-90d = 90 days
consent-lifetime-30d = 30 days
consent-lifetime-24h = 24 hours
consent-not-able = { $app } will not be able to
consent-not-password = see your password or sign in as you
consent-not-members = add members or change what they may do
consent-not-pass-on = connect other apps, or pass this access on
consent-not-send = send messages
consent-not-messages = read your messages
consent-not-contacts = see your contacts
consent-not-numbers = use numbers you did not choose above
consent-security = Security Notice
consent-security-end = You can disconnect { $app } at any time in Apps; its next call then fails.
consent-security-copied = Data it has already copied stays with { $publisher }.
consent-app-pages = What { $app } says about that:
consent-app-privacy = its privacy policy
consent-app-terms = its terms
consent-return = You will return to { $host }.
consent-return-device = You will return to an app on this device.
consent-statement = By authorizing you agree that { $operator } shares the data above with { $app }.
consent-statement-privacy = Our { $page } says how we handle data.
consent-statement-terms = Our { $page } apply.
consent-understood = I have read and understood what { $app } can do.
consent-authorize = Authorize Access
consent-cancel = Cancel
consent-why = Tick the box above to authorize.
consent-incomplete = Something is still missing
consent-no-permission = Choose at least one permission, or cancel.
consent-no-number = Choose at least one number, or “All numbers”.
consent-no-lifetime = Choose how long the access lasts.
consent-not-understood = Tick the box to say that you have read what the app can do.
consent-changed = Something changed since this page was opened: who is signed in, the workspace, its numbers, or what the app asks for. Nothing was approved. Look again before you decide.
consent-mail-subject = { $app } now has access to { $workspace }
consent-mail-what = { $person } has given { $app } access to the workspace { $workspace }. It may:
consent-mail-end = If you did not expect this, disconnect { $app } here: { $link }

returning-title-device = Returning you to the app on this device
returning-continue = Continue to { $host }
returning-continue-device = Continue to the app
returning-approved = { $app } now has the access you approved. You can end it at any time in Apps.
returning-denied = { $app } has no access. It is told that you refused.
returning-nothing = Nothing happens? Press the button.

audit-grant-created = Gave an app access
audit-grant-changed = Changed an app’s access
audit-authorization-denied = Refused an app access

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

copy-button = Copy
copied = Copied
demo-title = The story
demo-about = About this page
demo-word = Demo.
demo-strip = The phones and the app are simulated on this machine. Permissions, checks and the audit log are the real ones.
demo-mails = Mails
demo-h1 = Permission for every WhatsApp message
demo-lead = Grantline is an authorization gateway for WhatsApp that you run yourself. Your customers link their numbers. Apps ask with OAuth. A person approves exactly what is asked, and ends it with one press.
demo-begin = Begin the story
demo-go-on = Go on with the story
demo-install = Install it
demo-tick-program = One program
demo-tick-database = SQLite or PostgreSQL
demo-tick-licence = Open source, AGPL-3.0
demo-grant-for = for { $workspace }
demo-grant-may = May
demo-grant-may-text = send messages, and read them
demo-grant-not = May not
demo-grant-not-text = see contacts, change numbers
demo-grant-from = From
demo-grant-until = Until
demo-grant-until-text = somebody disconnects it
demo-grant-note = This is a grant. Every token points at one, and every call is checked against it.
demo-account-title = You are the owner of a bakery
demo-account-text = Sign in with this account when you are asked to. It was made for this demo and exists nowhere else.
demo-copy-password = the password
demo-copy-request = this request
demo-copy-commands = these commands
demo-story-title = The whole life of a permission, in five steps
demo-story-lead = Do it yourself: each step has a button, and shows the request that it makes.
demo-done = Done
demo-next = Next
demo-later = Later
demo-step-1-title = Link a number
demo-step-1-text = Sign in as the owner, enter the bakery’s number and type the eight characters on the simulated phone, or scan the QR code. The number then belongs to your workspace.
demo-step-1-caption = What the form sends
demo-step-2-title = An app asks
demo-step-2-text = Acme CRM wants to send order updates. It sends you to Grantline with a plain OAuth request: PKCE, an exact redirect address, nothing of ours to install.
demo-step-2-caption = Where Acme CRM sends the browser
demo-step-3-title = You approve
demo-step-3-text = Read what is asked, in plain words. Leave out what you don’t want, pick the number and the time, and authorize. Acme CRM gets a token for that, and for nothing else.
demo-step-3-caption = Acme CRM trades the code for tokens
demo-step-4-title = The app acts
demo-step-4-text = Acme CRM sends a message for the bakery. Each call is checked against the grant and written to the audit log. What was not granted is refused.
demo-step-4-caption = A message on its way
demo-step-5-title = One press ends it
demo-step-5-text = Press “Disconnect”. The very next call fails: tokens and pending codes end together.
demo-step-5-caption = The same call, a moment later
demo-link-number = Link the number
demo-open-phone = Open the bakery’s phone
demo-open-acme = Open Acme CRM
demo-send = Send as Acme CRM
demo-see-arrive = See it arrive
demo-open-apps = Open Apps
demo-open-audit = Read the audit log
demo-why-title = What you get by putting it in front
demo-why-consent = A consent page people understand
demo-why-consent-text = Workspace, permissions, numbers and time, each chosen on purpose. What can do harm comes first and says why.
demo-why-end = Revocation that works
demo-why-end-text = Tokens are opaque and checked against the live grant on every call. Disconnect means that the next call fails.
demo-why-audit = A record of every decision
demo-why-audit-text = An append-only, hash-chained log of who approved, changed, sent and ended what.
demo-why-standard = Standards, not inventions
demo-why-standard-text = OAuth with PKCE, discovery, rotation and revocation by the RFCs: published client libraries work as they are.
demo-why-durable = Nothing acknowledged is lost
demo-why-durable-text = Messages and events are saved with the change that made them, and survive a crash at any line.
demo-why-one = One machine, or several
demo-why-one-text = Start with one program and SQLite. Move to PostgreSQL when one machine is not enough.
demo-install-title = Running in a minute
demo-install-text = Write a configuration with fresh secrets, put a proxy with TLS in front, and start it.
demo-terminal = Terminal
mails-title = Mails
mails-lead = In this demo no mail leaves the machine. This is what people would get.
mails-to = To { $recipient }
mails-empty-title = No mails yet
mails-empty-text = Link a number or invite somebody: what they would be told appears here.

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
