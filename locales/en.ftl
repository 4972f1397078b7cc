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

## demo
