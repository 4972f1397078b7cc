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
broken-text = Go back and try again. If it happens again, tell the people who run this server, and give them the reference.
unreadable-title = This address cannot be read
unreadable-text = It may be damaged. Go back to the page that it came from and try again.
method-not-allowed-title = This address works another way
method-not-allowed-text = Go back to the page that you came from, and use its buttons.
busy-title = There is too much to do right now
busy-text = Nothing is wrong with what you sent. Go back and try again in a minute.
live-messages = The messages have changed.
live-numbers = The numbers have changed.
live-number = This number has changed.
live-apps = The apps have changed.
live-app = The access of this app has changed.
live-offer = There is news.
live-show = Show it
form-not-ours-title = This form is too old
form-not-ours-text = You signed in or out since it was opened, or it was not opened here. Go back, reload the page and send it again.
form-no-cookie-title = Your browser kept no cookie from this page
form-no-cookie-text = One small cookie tells this server that a form comes from its own page, and your browser sent none. Allow cookies for this site, go back, reload the page and send it again.
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
your-workspace = Your workspace
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
sign-in-again = { $app } asks you to sign in again, although you are signed in already.
sign-in-button = Sign in
sign-in-no-account = No account yet?
sign-in-refused = You are not signed in
sign-in-wrong = The e-mail address or the password is wrong.
sign-in-for-page = Sign in, and you go on to the page that you opened.
sign-in-no-cookie = One small cookie keeps you signed in, and your browser sent none. Allow cookies for this site, or leave a private window that blocks them, and then try again.
sign-in-new-tab = Open this page in a new tab
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
account-apps = Apps
account-apps-text = What you approved, in every workspace of yours. It works only while you are a member there.
account-apps-button = See the apps that you approved
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
settings-membership = Your membership
leave-go = Leave this workspace
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

developers-word = Developers
apps-own-title = Your apps
apps-own-lead = An app asks workspaces for access with OAuth, and calls the API for them.
apps-own-empty-title = Register your first app
apps-own-empty-text = You get a client id, and a secret if it runs on a server. From there to the first call takes about five minutes.
app-register = Register an app
app-register-button = Register the app
app-register-refused = The app was not registered
app-refused = The app was not changed
app-edit = Change this app
app-edit-title = Change what it says
app-save = Save the changes
app-cancel = Cancel
app-copy = Copy
app-copied = Copied
app-copy-client-id = the client id
app-copy-authorize = the authorization endpoint
app-copy-token = the token endpoint
app-copy-secret = the secret
app-copy-request = this request
app-column-app = App
app-column-status = Status
app-column-kind = Runs
app-column-registered = Registered
app-column-permission = Permission
app-column-ask = Ask
app-column-reason = Your reason, shown to people
app-column-secret = Secret
app-column-made = Made
app-column-used = Last used
app-column-actions = Actions
app-state-active = Not reviewed
app-state-reviewed = Reviewed
app-state-suspended = Suspended
app-reviewed-hint = The people who run this server review apps. Apps that are not reviewed work, and the consent page says so.
app-suspended-text = The people who run this server have suspended this app. Nobody can authorize it, and its calls fail.
app-workspaces = { $count ->
    [one] One workspace uses it
   *[other] { $count } workspaces use it
 }
app-review-lapses = This app is reviewed. The review is for what it says now: a change takes it back until it is reviewed again.

app-name-label = Name
app-name-hint = People see it on the consent page.
app-publisher-label = Made by
app-publisher-hint = The company or person behind it.
app-homepage-label = Home page
app-privacy-label = Privacy policy
app-privacy-hint = People find the links to it and to the terms on the consent page.
app-terms-label = Terms of service
app-redirects-label = Redirect addresses
app-redirects-hint = One a line, exactly as your app sends them. https, or http on 127.0.0.1 with any port. No wildcards.
app-development-label = Still in development
app-development-hint = Only you can connect it, to workspaces of yours. Untick it once other people may.
app-development-notice = This app is in development: only you can connect it. Change that on its edit page when it is ready for others.
app-kind-label = Where does it run?
app-kind-confidential = On a server
app-kind-confidential-hint = It can keep a secret.
app-kind-public = In a browser, on a phone or a desktop
app-kind-public-hint = No secret; PKCE proves who it is.
app-kind-for-good = This cannot be changed later.
app-kind-stays = This cannot be changed. Register another app instead.
app-scopes-title = What it may ask for
app-scopes-hint = People cannot leave out what is needed. They are asked again when an app asks for more.
app-ask-off = don’t ask
app-ask-optional = optional
app-ask-required = needed
app-ask-for = Ask for { $scope }
app-reason-for = Reason for { $scope }
app-about = About it


app-client-id = Client id
app-client-id-hint = It is no secret. Send it as
app-endpoints = Endpoints of this server
app-endpoint-authorize = Authorization: send people here
app-endpoint-token = Tokens: your app calls this
app-secrets = Secrets
app-secrets-public = A public app has no secret. It proves with PKCE that it is the one that asked.
app-secrets-none = There is no live secret, so the app cannot get tokens. Make one.
app-secrets-two = Two secrets are live. End one before you make another.
app-secrets-hint = Two secrets work at the same time, so that you can change them without a pause. End the old one when its last use is long ago.
app-secret-make = Make a new secret
app-secret-newest = Newest
app-secret-never = Never
app-secret-end = End
app-secret-ending-in = the secret ending in { $hint }
app-secret-title = Your new secret
app-secret-copy-now = Copy it now.
app-secret-once = We keep only a fingerprint and can’t show it again.
app-secret-of = Secret of { $app }
app-secret-where = Put it where your server keeps its secrets, never into a page or an app on a phone.
app-secret-old-works = The old secret goes on working until you end it.
app-secret-stored = I have stored it
app-what-happens = What happens
app-revoke-title = End a secret
app-revoke-token-requests = Token requests with this secret fail at once.
app-revoke-grants-stay = Workspaces stay connected, and tokens that were issued go on working.
app-revoke-last = It is the only live secret: until you make another one, the app cannot get tokens.
app-revoke-button = End this secret
app-keep-it = Keep it
app-delete = Delete { $app }
app-delete-hint = Done with this app?
app-delete-refused = The app was not deleted
app-delete-grants = { $count ->
    [0] No workspace uses it.
    [one] One workspace is disconnected: the app’s next call fails.
   *[other] { $count } workspaces are disconnected: the app’s next call fails.
 }
app-delete-id = Its client id, its secrets and its redirect addresses stop working for good.
app-delete-audit = The audit log of every workspace stays.
app-delete-confirm = Type the app’s name to delete it
app-delete-not-the-name = This is not the app’s name. Type it as it stands above the field.
app-logo = Logo
app-logo-new = New logo
app-logo-hint = PNG, JPEG or WebP, best square and at least 256 pixels wide, at most 1 MB.
app-logo-upload = Upload the logo
app-logo-remove = Remove the logo
app-logo-missing = Choose a file first.
app-logo-too-large = The file is larger than 1 MB. Save the picture smaller and send it again.
app-logo-svg = SVG is not taken, because it can hold scripts. Save the picture as PNG and send that.
app-logo-format = This is not a PNG, JPEG or WebP picture.
app-logo-too-many-pixels = The picture has more than 4096 pixels on a side. Make it smaller and send it again.
app-logo-damaged = The picture is damaged and cannot be read. Save it again and send that.
app-logo-too-often = Those were many logos in a short time. Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 } and try again.

app-done-registered = The app is registered.
app-done-changed = The changes are saved.
app-done-logo = The new logo is in use.
app-done-logo-removed = The logo is removed.
app-done-secret-revoked = The secret is ended.
app-done-deleted = The app is deleted.

quickstart-title = Five minutes to the first call
quickstart-register = Register an app: its name, where it runs, the address to which people return, and what it may ask for.
quickstart-authorize = Send a person to this address. They sign in, see what you ask for, and decide.
quickstart-pkce = The challenge is the example of RFC 7636; make a fresh pair for each request.
quickstart-token = They return to your redirect address with a code. Exchange it within a minute.
quickstart-call = Call the API with the access token.

app-name-too-short = { $field ->
    [publisher] Say who makes the app: at least two characters, one of them a letter.
   *[name] Give the app a name: at least two characters, one of them a letter.
 }
app-name-too-long = { $field ->
    [publisher] Who makes it may have at most 50 characters.
   *[name] The name may have at most 50 characters.
 }
app-name-invisible = { $field ->
    [publisher] Who makes it holds an invisible character. Type it again by hand.
   *[name] The name holds an invisible character. Type it again by hand.
 }
app-name-not-normal = { $field ->
    [publisher] Who makes it holds stylised letters. Use plain ones.
   *[name] The name holds stylised letters. Use plain ones.
 }
app-name-character = { $field ->
    [publisher] Who makes it may not contain “{ $character }”. Use letters, digits and simple punctuation.
   *[name] The name may not contain “{ $character }”. Use letters, digits and simple punctuation.
 }
app-name-marks = { $field ->
    [publisher] Who makes it holds a letter with too many marks.
   *[name] The name holds a letter with too many marks.
 }
app-name-mixed-scripts = { $field ->
    [publisher] Who makes it mixes letters of several scripts, some of which look alike. Use one script.
   *[name] The name mixes letters of several scripts, some of which look alike. Use one script.
 }
app-name-whatsapp = { $field ->
    [publisher] Who makes it may not contain “WhatsApp” or what looks like it. Use the name of your own company.
   *[name] The name may not contain “WhatsApp” or what looks like it. Use the name of your own product.
 }
app-name-meta = { $field ->
    [publisher] Who makes it may not contain the word “Meta” or what looks like it. Use the name of your own company.
   *[name] The name may not contain the word “Meta” or what looks like it. Use the name of your own product.
 }
app-name-product = { $field ->
    [publisher] Who makes it may not contain the name of this server or what looks like it. Use the name of your own company.
   *[name] The name may not contain the name of this server or what looks like it. Use the name of your own product.
 }
app-link-not-an-address = { $field ->
    [privacy] The link to the privacy policy is not a whole address. It looks like https://example.com/privacy.
    [terms] The link to the terms of service is not a whole address. It looks like https://example.com/terms.
   *[homepage] The home page is not a whole address. It looks like https://example.com.
 }
app-link-not-https = { $field ->
    [privacy] The link to the privacy policy must use https, or http on 127.0.0.1.
    [terms] The link to the terms of service must use https, or http on 127.0.0.1.
   *[homepage] The home page must use https, or http on 127.0.0.1.
 }
app-link-userinfo = { $field ->
    [privacy] The link to the privacy policy has a user name before its host. Leave it out.
    [terms] The link to the terms of service has a user name before its host. Leave it out.
   *[homepage] The home page has a user name before its host. Leave it out.
 }
app-link-too-long = { $field ->
    [privacy] The link to the privacy policy is longer than 500 characters.
    [terms] The link to the terms of service is longer than 500 characters.
   *[homepage] The address of the home page is longer than 500 characters.
 }
app-redirect-too-long = Line { $line }: the address is longer than 500 characters.
app-redirect-unprintable = Line { $line }: the address holds a blank or a control character.
app-redirect-wildcard = Line { $line }: there are no wildcards. Register each address in full.
app-redirect-fragment = Line { $line }: leave out the # and what follows it.
app-redirect-backslash = Line { $line }: the address holds a backslash. Write / instead.
app-redirect-encoded-slash = Line { $line }: the address holds an encoded slash, %2F or %5C.
app-redirect-dot-segment = Line { $line }: leave out . and .. as parts of the path. Write the path that they lead to.
app-redirect-not-an-address = Line { $line }: this is not a whole address. It looks like https://app.example.com/callback.
app-redirect-userinfo = Line { $line }: leave out the user name before the host.
app-redirect-localhost = Line { $line }: localhost may lead elsewhere. Write http://127.0.0.1 or http://[::1] instead.
app-redirect-http = Line { $line }: the address must use https. Only 127.0.0.1 and [::1] may use http.
app-redirect-host-dot = Line { $line }: leave out the dot at the end of the host.
app-redirect-scheme = Line { $line }: the address must begin with https, or with a domain name of yours in reverse, such as com.example.app:/callback.
app-redirect-scheme-of-device = Line { $line }: such an address is for apps that run on a device. An app on a server uses https.
app-redirect-scheme-slashes = Line { $line }: write exactly one slash after the colon, such as com.example.app:/callback.
app-redirect-not-normal = Line { $line }: browsers send this address as { $normal }. Register that.
app-wrong-no-redirect = Add at least one redirect address.
app-wrong-many-redirects = An app may have at most 20 redirect addresses.
app-wrong-long-reason = The reason for { $scope } is longer than 200 characters.
app-wrong-invisible-reason = The reason for { $scope } holds an invisible character. Type it again by hand.
app-wrong-no-scope = Choose at least one permission that it may ask for.
app-wrong-many-apps = You have 50 apps, which is the most for one developer. Delete one that is no longer used.

audit-app-created = An app was registered
audit-app-changed = An app was changed
audit-app-secret_created = A secret of an app was made
audit-app-secret_revoked = A secret of an app was ended
audit-app-deleted = An app was deleted
audit-app-suspended = An app was suspended
audit-app-resumed = A suspended app was resumed
audit-partner-added = Somebody became a partner
audit-partner-suspended = A partner was suspended
audit-partner-resumed = A suspended partner was resumed
audit-app-reviewed = The review of an app was given or taken back

## oauth

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
scope-account-read-text = See the workspace’s name, and what the app may do in it.
scope-messages-send = Send messages
scope-messages-send-text = Send messages to your customers from the numbers you choose, and edit or delete what apps sent.
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
scope-contacts-read-text = See your contacts’ names, phone numbers and pictures, and the groups that your numbers are in.
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
obstacle-blocked = { $person } blocked this app here on { $at }.
obstacle-blocked-reason = The reason: { $reason }
obstacle-owners = Your role here is { $role }. In this workspace only owners approve apps.
obstacle-not-reviewed = This workspace takes reviewed apps only, and nobody has reviewed this one.
obstacle-in-development = This app is still in development. Until it is finished only its developer can connect it.
obstacle-rights = Your role here is { $role }. The app needs permissions that this role cannot give; an owner can.
blocked-title = You can’t approve this here
blocked-title-ask = Ask an owner to approve this
blocked-lead = You can’t let { $app } use { $workspace }.
blocked-how = Ask them to start again from { $app } and to sign in with their own account.
blocked-how-operator = Whoever runs this server can tell you why.
blocked-how-unblock = If that has changed, an owner or an admin can unblock it in Apps; then start again from { $app }.
blocked-how-rules = An owner can change the rules in Apps; then start again from { $app }.
blocked-how-developer = Ask { $publisher } when it will be ready.
choose-search = Find a workspace
choose-search-button = Find
choose-search-clear = Show all
choose-search-none = No workspace of yours is called “{ $text }”.

link-first-title = Link a number first
link-first-lead = { $app } wants to work with your WhatsApp numbers, but { $workspace } has none yet.
link-first-how = Link a number now, then come back to this page. Until then the request stays open; it ends { $until }.
link-first-button = Link a number
link-first-later = Continue without a number

consent-title = Authorize API Access
consent-arrow = shares access with
consent-subtitle = { $app } is requesting access to your workspace { $workspace }.
consent-subtitle-again = { $app } already has access to your workspace { $workspace }, and asks anew.
consent-made-by = Made by { $publisher }
consent-not-reviewed = This app has not been reviewed by { $operator }.
consent-not-reviewed-text = Nobody has checked that it really comes from { $publisher }. Continue only if you started this yourself.
consent-role = { $role } of { $workspace }
consent-switch = Switch workspace
consent-other-account = Use another account
consent-permissions = API Permissions
consent-can = If you authorize, { $app } can:
consent-needed = Needed
consent-needed-new = New, needed
consent-needed-allowed = Needed, allowed now
consent-optional = Optional
consent-optional-new = New, optional
consent-optional-allowed = Optional, allowed now
consent-no-longer = No longer asked for
consent-no-longer-text = The app may do this now. It ends when you authorize.
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
consent-report = Report this app
consent-block = Refuse, and block { $app } here
consent-in-development = This app is still in development. Only its developer, you, can connect it.
consent-refused-before = { $person } refused this app in { $workspace } on { $at }.
consent-lifetime-limit = { $workspace } gives apps no longer time than this.
consent-why = Tick the box above to authorize.
consent-incomplete = Something is still missing
consent-no-permission = Choose at least one permission, or cancel.
consent-no-number = Choose at least one number, or “All numbers”.
consent-no-lifetime = Choose how long the access lasts.
consent-not-understood = Tick the box to say that you have read what the app can do.
consent-changed = Something changed since this page was opened: who is signed in, the workspace, its numbers, or what the app asks for. Nothing was approved. Look again before you decide.
consent-mail-subject = { $app } now has access to { $workspace }
consent-mail-what = { $person } has given { $app } access to the workspace { $workspace }. It may:
consent-mail-end = If you did not expect this, disconnect { $app } here:
    { $link }

returning-title-device = Returning you to the app on this device
returning-continue = Continue to { $host }
returning-continue-device = Continue to the app
returning-approved = { $app } now has the access you approved. You can end it at any time in Apps.
returning-denied = { $app } has no access. It is told that you refused.
returning-nothing = Nothing happens? Press the button.

audit-grant-created = Gave an app access
audit-grant-changed = Changed an app’s access
audit-grant-expired = An app’s access ended by itself
audit-authorization-denied = Refused an app access
audit-app-blocked = Blocked an app
audit-app-unblocked = Unblocked an app
audit-apps-rules_changed = Changed the rules for apps

## numbers

cancel = Cancel
simulated = Simulated.

numbers-lead = The WhatsApp accounts that are linked to { $workspace }.
numbers-caption = Linked numbers
numbers-column-number = Number
numbers-column-state = State
numbers-column-connector = Connector
numbers-column-actions = Actions
numbers-empty-title = No numbers yet
numbers-empty-text = Link the WhatsApp account of your business. You need the phone in your hand; it takes about two minutes. Nothing is sent, and no app sees it, until you say so.
numbers-empty-ask = An owner or an admin of this workspace can link one.
numbers-done-unlinked = The number is unlinked. Nothing is sent or received with it any more.
numbers-done-removed = The number is removed.
numbers-done-stopped = Linking was stopped. The code is worth nothing now.
link-a-number = Link a number
number-online = Online
number-connecting = Connecting
number-connecting-text = Usually takes a few seconds
number-signed-out = Signed out
number-blocked = Blocked by WhatsApp
number-not-linked = Not linked
number-waiting = Waiting for the phone
number-reason-unlinked_on_phone = Unlinked on the phone
number-reason-replaced_elsewhere = Another program took the link over
number-reason-unreadable = The link’s keys could not be read
number-reason-logged_out_here = Unlinked here
number-reason-banned = Suspended by WhatsApp for a time
number-reason-outdated = WhatsApp finds this server too old
number-reason-refused = WhatsApp does not let this server in
number-reason-linked_elsewhere = Linked by another workspace
number-next-linked = There is nothing to do. Open WhatsApp on the phone at least every 14 days, or the link ends.
number-next-starting = It comes back by itself. If it has not within ten minutes, unlink it and link it again.
number-next-banned = Open WhatsApp on the phone: it says until when. The link stands, and this server tries again then.
number-next-outdated = This server asks for a newer version by itself and tries again every hour. If it has not come back tomorrow, update the server.
number-next-refused = This server tries again every hour. If it has not come back tomorrow, unlink the number and link it again.
number-next-not_linked = Link it: you need the phone in your hand, and about two minutes.
number-next-logged_out_here = Link it again when you want to use it.
number-next-unlinked_on_phone = Link it again: you need the phone in your hand.
number-next-replaced_elsewhere = Stop the other program first, or the two take the link from each other; then link it again.
number-next-unreadable = Link it again. If this comes back, whoever runs this server must look at its master key and its backups.
number-next-linked_elsewhere = Unlink it in the other workspace first; then link it again here.
number-next-blocked = Open WhatsApp on the phone: it says why, and lets you ask for a review. Link it again when the account works there.
number-next-ask = An owner or an admin of this workspace can do that.
connector-live = Linked device
connector-cloud = Cloud API
connector-sandbox = Simulated
number-go-on = Go on
number-link = Link
number-link-again = Link again
number-open = Open
number-unlink = Unlink
number-remove = Remove
number-device = On the phone
number-linked-at = Linked
number-since = In this state since
open-simulated-phone = Open the simulated phone

link-lead = You need the phone that has this WhatsApp account, with WhatsApp open. It takes about two minutes.
link-beware = Only continue if you opened this page yourself.
link-beware-text = { $product } never asks for this code by phone or in a chat. Whoever has it can read and send your messages.
link-not-started = Linking was not started
phone-label = Phone number
link-country = Country
link-country-option = { $country } +{ $code }
link-country-none = None: the number begins with +
phone-hint = As it is dialled in that country, or with + and the country code, for example { $example }. Spaces don’t matter.
link-label = Name for your team
link-label-hint = If you leave it empty, it is called as its WhatsApp profile is.
link-label-wrong = Use at most 60 characters for the name.
link-simulated = This server simulates WhatsApp: the number gets a simulated phone, and no real message leaves this machine.
link-get-code = Get a code
link-owners-told = We write to the owners of { $workspace } when linking starts and when it is done.
phone-empty = Write the phone number.
phone-not-a-number = A phone number has digits, spaces, dashes, dots and brackets only.
phone-no-country-code = The country code is missing. Choose the country, or begin with + and the country code, such as +44.
phone-unknown-country = No country has this country code. Check the digits after the +.
phone-too-short = This number is too short for its country. Check whether digits are missing.
phone-too-long = This number is too long for its country. Check whether there is a digit too many.
phone-not-assigned = No phone of this country has such a number. Check the digits.
link-too-often = There were too many tries to link. Wait { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
 } and try again.
link-already-here = This number is already linked to this workspace. You find it in the list of numbers.
link-already-elsewhere = Another workspace on this server has linked this number. Unlink it there first.
link-server-paused = This server is about to stop, so no number can be linked now. Try again in a few minutes.
link-under-way = Linking this number is already under way.

link-title = Link { $number }
link-both = The code and the QR code work side by side. The first one you use wins.
link-methods = Way to link
link-by-code = With a code
link-by-qr = With a QR code
link-status-asking = Asking WhatsApp for a code
link-status-waiting = Waiting for your phone
link-status-wrong-code = The code on the phone was wrong, so it counts no more. Type the one that is shown now.
link-status-passkey = WhatsApp asks for this account’s passkey
link-status-comparing = Compare the two codes
link-status-confirming = Your phone has accepted. Finishing the link
link-status-linked = Linked
link-status-failed = Not linked
link-code-title = Type this code into your phone
link-code-valid = Valid for
link-code-minutes = { $minutes ->
    [one] about one minute
   *[other] about { $minutes } minutes
 }
link-code-alphabet = Letters and digits only; there is no 0, I, O or U.
link-code-left = { $seconds } seconds left for this code
link-code-over = This code has run out. Get a new code.
link-code-copy = Copy the code
link-code-new = Get a new code
link-code-asking = Getting a code
link-code-asking-text = This takes a few seconds.
link-code-over-title = The code has run out
link-code-over-text = A code is valid for a few minutes. Get a new one; the QR code is not touched by that.
link-code-linked = The number is linked already, so there is no new code for it.
link-code-ended = This try has ended, so there is no new code for it.
link-code-too-often = Many codes were asked for. Wait { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
 } before the next one. The code you have stays as it is.
link-confirming = Your phone has accepted
link-confirming-text = Keep WhatsApp open on the phone for a moment.
link-passkey-title = Use this account’s passkey
link-passkey-why = Your phone has accepted. This account has a passkey, and WhatsApp wants it before it links a device. A passkey works on WhatsApp’s own site only, so your browser cannot be asked for it here: get its answer there, and paste it below.
link-passkey-simulated = Nothing goes to WhatsApp’s site here. The simulated phone shows what its passkey answers, ready to be copied.
link-passkey-real = How it is done with WhatsApp itself
link-passkey-beware = Paste only what this page shows you into a console.
link-passkey-beware-text = Whoever gives you something else to paste there wants your account, whoever they say they are. Did you not start this yourself? Stop linking.
link-passkey-step-open = Open { $site } in a browser that can use the passkey, on a computer. There is no need to sign in.
link-passkey-step-console = Open the browser’s console: press F12, on a Mac Option, Command and J together, and choose Console. If the browser wants you to type something before you may paste, it warns you of the same thing.
link-passkey-step-paste = Copy the text below, paste it into the console and press Enter. The browser asks for the passkey.
link-passkey-step-copy = Come back here with the line that the console shows then. Some browsers have copied it already.
link-passkey-snippet = For the console
link-passkey-copy = Copy the text
link-passkey-give-title = Paste the answer here
link-passkey-answer = Answer of the passkey
link-passkey-answer-hint = The whole line, from the first curly bracket to the last. It answers one question only and is kept nowhere.
link-passkey-give = Give it to WhatsApp
link-passkey-not-given = The passkey was not given
link-passkey-not-an-answer = This is not the answer of a passkey. Copy the whole line that the console shows, from the first curly bracket to the last.
link-passkey-other-question = This answers another question than the one that WhatsApp asks now. Copy the text for the console anew, run it, and paste what it gives.
link-passkey-not-taken = WhatsApp did not take this answer. Check that the passkey is the one of this account, run the text in the console once more, and paste what it gives.
link-passkey-not-asked = WhatsApp does not wait for this now. If you have just done it, look at this page again in a moment.
link-compare-title = Compare this code with the one on your phone
link-compare-text = WhatsApp shows a code on your phone now. If it is the same as this one, nobody sits between this server and your phone.
link-compare-same = They are the same
link-compare-different = They are different
link-compare-none = Does your phone show no code? Stop linking and start again.
link-qr-title = Scan this with your phone
link-qr-label = QR code to link { $number }. Use the code instead if you can’t scan.
link-qr-changes = Each one is valid for a short time; scan the one you see.
link-no-script = This page does not change by itself here. The button below brings what is new, and a fresh QR code.
link-qr-same-phone = Reading this on the phone you want to link? { $code }.
link-qr-use-code = Use the code instead
link-qr-content = This is what the QR code says; the simulated phone takes it as if it had scanned it.
link-qr-copy = Copy the content
link-qr-none = No QR code right now
link-qr-none-text = The next one is on its way. { $code }.
link-steps-code = How to type it on your phone
link-steps-qr = How to scan it with your phone
link-step-open = Open WhatsApp and go to Settings (on Android: the three dots).
link-step-devices = Press Linked devices, then Link a device.
link-step-instead = Press Link with phone number instead.
link-step-type = Type the code.
link-step-scan = Point the camera at the QR code.
link-device-name = Your phone will show the device name { $device }. Anything else? Press “Cancel” on the phone. Are there four devices already? Remove one first.
link-check = I’ve done this on my phone – check
link-stop = Stop linking
link-done-title = { $number } is linked
link-done-phone = On your phone
link-done-device = Look for { $device } in Linked devices
link-done-mind = Keep in mind
link-done-mind-text = Open WhatsApp on the phone at least every 14 days, or the link ends.
link-done-open = Open the number
link-done-apps = Connect an app
link-done-request = Go on to the app’s request
link-not-me = This wasn’t you? Unlink it now; messages stop at once.
link-not-me-button = This wasn’t me – unlink
link-wanted = You wanted to link { $number }.
link-next = Next:
link-try-again = Try again
link-other-number = Use another number
link-failed-expired = The code ran out before the phone used it
link-next-expired = start again and type the new code while it is valid.
link-failed-too_many_attempts = There were too many tries
link-next-too_many_attempts = wait ten minutes, as WhatsApp asks, and then get a new code.
link-failed-code_refused = WhatsApp gave no code for this number
link-next-code_refused = check the number and that it has a WhatsApp account; if it has, wait ten minutes. WhatsApp does not say which it is.
link-failed-wrong_phone = The phone confirmed a different number
link-next-wrong_phone = take the phone with this number, or start again with the number of the phone you have. The wrong link was undone; nothing was read or sent.
link-failed-passkey_needed = The passkey was not given in time
link-next-passkey_needed = get ready to use the passkey, and start again. Compare the codes as soon as you see them.
link-failed-passkey_failed = WhatsApp did not go on after the passkey
link-next-passkey_failed = start again. If that does not help, check that the passkey is the one of this account.
link-failed-codes_differ = The codes were different, so nothing was linked
link-next-codes_differ = look under Linked devices on the phone and remove what you do not know. Then start again; if the codes differ once more, use another network.
link-failed-unsupported = This kind of account cannot be linked here yet
link-next-unsupported = link a number that is not on WhatsApp’s Cloud API at the same time.
link-failed-network = We could not reach WhatsApp
link-next-network = try again in a minute.
link-failed-already_linked_here = This number is already linked to this workspace
link-next-already_linked_here = open it; there is nothing more to do.
link-failed-already_linked_elsewhere = Another workspace on this server has this number
link-next-already_linked_elsewhere = unlink it in that workspace first. The link made just now was undone.
link-failed-interrupted = The server was restarted while you were linking
link-next-interrupted = start again; the code from before is worth nothing.
link-failed-server_paused = The server was stopped while you were linking
link-next-server_paused = try again in a few minutes, when it is back; the code from before is worth nothing.
link-failed-cancelled = Linking was stopped here
link-next-cancelled = start again whenever you like.

unlink-title = Unlink { $number }
unlink-phone = The phone no longer lists this server under Linked devices.
unlink-apps = Apps can neither send nor receive with this number from now on.
unlink-queued = Messages that wait to be sent will not go out.
unlink-stays = The number stays in your list, with its messages here and the apps’ permissions.
unlink-again = To use it again, link it again with the phone in your hand.
unlink-keep = Keep it linked
remove-title = Remove { $number }
remove-phone = It is unlinked, if it is linked: the phone no longer lists this server under Linked devices.
remove-apps = Apps lose their permission for this number, for good.
remove-messages = Its messages here are deleted. Those on the phone stay.
remove-stays = The audit log keeps what was done with it.
remove-keep = Keep it

mail-link-started-subject = { $product }: somebody is linking { $number }
mail-link-started-body = Hello { $name },

    somebody who may manage numbers in your workspace has just started to link the WhatsApp account { $number }.

    Nothing is linked until its phone accepts. If you did not expect this, stop it here:
    { $page }

    { $product }
mail-number-linked-subject = { $product }: { $number } is linked
mail-number-linked-body = Hello { $name },

    the WhatsApp account { $number } is now linked to your workspace. Apps that you permit can use it.

    This wasn’t you? Unlink it here; messages stop at once:
    { $page }

    { $product }

audit-number-link_started = Started to link a number
audit-number-linked = A number was linked
audit-number-codes_compared = Said that the codes for linking a number are the same
audit-number-link_failed = Linking a number came to nothing
audit-number-unlinked = A number was unlinked
audit-number-removed = Removed a number
audit-number-looked_up = Looked up who has WhatsApp

sandbox-mark = SIMULATED
sandbox-about = About this page
sandbox-strip = This phone exists on this page only. It is not WhatsApp, and nothing leaves this machine.
sandbox-phones = Simulated phones
sandbox-phone = Simulated phone
sandbox-lead = Each number that is linked, or that a message is sent to, has a simulated phone.
sandbox-lead-yours = Each number that you may manage has a simulated phone, from the first try to link it on.
sandbox-phone-lead = It stands in for a real phone, so that you can link a number and chat without one.
sandbox-this-phone = This phone
sandbox-all = All simulated phones
sandbox-none = No phones yet
sandbox-none-text = Add one, or start to link a number: it gets its phone by itself.
sandbox-none-yours = Start to link a number: it gets its phone by itself.
sandbox-devices = { $count ->
    [0] no linked devices
    [one] one linked device
   *[other] { $count } linked devices
 }
sandbox-add = Add a phone
sandbox-not-added = The phone was not added
sandbox-holder = Name of its holder
sandbox-somebody = Somebody
sandbox-magic = Numbers with a will of their own
sandbox-magic-0000 = has no WhatsApp account.
sandbox-magic-0001 = does not accept messages.
sandbox-magic-0002 = makes WhatsApp ask for a pause.
sandbox-magic-0003 = gets messages and never reads them.
sandbox-magic-0004 = has its messages taken, and then refused.
sandbox-magic-0005 = cannot be linked, because WhatsApp is out of reach.
sandbox-magic-0006 = has four linked devices before anybody links it.
sandbox-bad-number = Enter a number with its country code: 7 to 15 digits.
sandbox-not-on-whatsapp = This number has no WhatsApp account in the sandbox.
sandbox-no-such-phone = There is no simulated phone with this number yet.
sandbox-full = There are as many simulated phones as there can be. Unlink one that is no longer needed.
sandbox-offline = This phone is offline.
sandbox-code-shape = A code has 8 letters and digits.
sandbox-no-such-code = Nobody is waiting for this code. Get a new one on the link page.
sandbox-wrong-code = This code does not match. The link page shows a new one.
sandbox-code-expired = This code has run out. Get a new one on the link page.
sandbox-too-many-attempts = There were too many wrong codes. Start linking again.
sandbox-qr-stale = This QR code is no longer valid. Scan the one that is shown now.
sandbox-qr-unknown = This is not a QR code for linking a device.
sandbox-answer-first = Answer the question on this phone first.
sandbox-already-asked = Another phone is being asked about this device.
sandbox-no-prompt = This phone is not being asked to link a device.
sandbox-wrong-number = The device was to be linked to another number. Nothing was linked.
sandbox-device-limit = This phone has four linked devices, and no more are allowed. Log one out first.
sandbox-no-such-device = This phone has no such linked device.
sandbox-no-such-chat = This phone has no such chat.
sandbox-bad-text = Write 1 to 4,096 characters.
sandbox-bad-message = This message is incomplete, or a part of it is too long or too large.
sandbox-no-such-message = This phone has no such message.
sandbox-not-yours = Only who wrote a message can change it.
sandbox-too-late = It is too late to change this message.
sandbox-no-words = This message has no words to change.
sandbox-bad-vote = Choose among the options of the poll, and no more of them than it allows.
sandbox-no-such-group = This phone is in no such group.
sandbox-bad-group = A group has a subject of 1 to 100 characters, and 2 to 32 members.
sandbox-bad-picture = Enter an address that begins with https:// or http://.
sandbox-bad-name = Enter a name of 1 to 255 characters.
sandbox-refused = The recipient does not accept this message.
sandbox-throttled = WhatsApp wants a pause before the next message.
phone-refused = That did not work
phone-back = Back
phone-now = What to do now
phone-now-devices = Press Link a device on the phone.
phone-now-link = Paste what the QR code says, or press Link with phone number instead to type the code.
phone-now-code = Type the code that the link page shows.
phone-now-question = Check that the name is the one that you expect, then press Link device.
phone-now-passkey = Copy what the passkey answers, and paste it on the page where you link the number.
phone-now-compare = Compare this code with the one on the page where you link the number, and say there whether they are the same.
phone-now-chats = Open a chat, and answer as its holder.
phone-now-chat = What apps send arrives here. What you write goes to the apps as an incoming message.
phone-devices = Linked devices
phone-devices-text = Use this account on other devices. Up to four.
phone-link = Link a device
phone-linked = Linked { $at }
phone-log-out = Log out
phone-qr = What the QR code says
phone-qr-hint = Paste it here, as a camera would read it.
phone-scan = Scan this
phone-with-number = Link with phone number instead
phone-enter-code = Enter code
phone-code = Code from the link page
phone-code-hint = Eight letters and digits. A dash or spaces don’t matter.
phone-go-on = Go on
phone-question = Link this device?
phone-wants = wants to become a linked device of { $number }.
phone-beware = It will be able to read and send your messages. Link it only if you started this.
phone-link-device = Link device
phone-passkey = Passkey needed
phone-passkey-text = waits for this account’s passkey.
phone-passkey-answer = This is what the passkey answers. A real one would be signed.
phone-passkey-copy = Copy the answer
phone-passkey-is-needed = This account has a passkey, which is asked for when a device is linked.
phone-passkey-not-needed = This account has no passkey.
phone-passkey-need = Give it a passkey
phone-passkey-drop = Take the passkey away
phone-compare = Compare the codes
phone-compare-text = { $device } shows the same code, or nobody should link it.
phone-look-again = Look again
phone-chats = Chats
phone-new-chat = Write to somebody
phone-no-chats = No chats yet.
phone-group = Group
phone-to = To
phone-text = Message
phone-write = Write a message
phone-send = Send
phone-you = You:
phone-sent-by = sent by { $device }
phone-sent = sent
phone-delivered = delivered
phone-read = read
phone-failed = failed
phone-unread = { $count ->
    [one] one new
   *[other] { $count } new
 }
phone-mark-read = Mark as read

## messages

messages-title = Messages
messages-lead = What your numbers sent and received, newest first.
messages-filter-number = Number
messages-filter-any = All numbers
messages-filter-button = Show
messages-column-time = Time
messages-column-number = Number
messages-column-peer = With
messages-column-text = Message
messages-column-app = App
messages-column-state = State
messages-to = To { $peer }
messages-from = From { $peer }
messages-to-group = To the group { $group }
messages-from-in-group = From { $peer } in the group { $group }
messages-save = Save
messages-no-app = None
messages-unknown-app = An app that was removed
messages-from-phone = Written on the phone
messages-none-title = No messages yet
messages-none-text = Once an app that you authorized sends a message, or somebody writes to one of your numbers, it appears here.
messages-none-of-number-text = This number has not sent or received anything yet.
messages-show-all = Show all numbers
messages-pages = Pages
messages-newest = Newest
messages-older = Older
message-kind-image = Photo
message-kind-video = Video
message-kind-audio = Sound
message-kind-voice = Voice message
message-kind-document = Document
message-kind-sticker = Sticker
message-kind-location = Location
message-kind-contacts = Contacts
message-kind-poll = Poll
message-kind-unknown = Something that only the phone can show
media-gone-title = This file is no longer there
media-gone-text = WhatsApp keeps files for some weeks, and this server those that apps sent for a time. The phone may still show it.
media-too-large-title = This file is too large to fetch
media-too-large-text = It is larger than this server fetches. The phone shows it.
media-not-linked-title = The number is not linked
media-not-linked-text = The file is at WhatsApp. Link the number again, then it can be fetched.
media-unreachable-title = WhatsApp cannot be reached
media-unreachable-text = The file is at WhatsApp, which does not answer at the moment. Try again in a while.
message-queued = Waiting
message-sent = Sent
message-delivered = Delivered
message-read = Read
message-failed = Failed
message-received = Received
message-edited = Edited
message-deleted = Deleted
message-failed-not_linked = The number was not linked.
message-failed-not_on_whatsapp = This number has no WhatsApp account.
message-failed-unsupported = This number’s connection to WhatsApp cannot send such a message.
message-failed-refused = WhatsApp or the recipient refused it.
message-failed-throttled = WhatsApp wanted a pause.
message-failed-network = The connection to WhatsApp broke.
message-failed-expired = It could not be sent in time.
message-failed-access_ended = The app was disconnected before it was sent.
message-failed-deleted = It was deleted before it was sent.
audit-message-queued = Sent a message
audit-message-edited = Edited a message
audit-message-deleted = Deleted a message for everyone
audit-message-marked_read = Marked messages as read

## webhooks

events-group-grant-workspace = Access of apps
event-grant-created-workspace = A person gave an app access to this workspace.
event-grant-changed-workspace = A person approved an app again, or changed what it may do.
event-grant-revoked-workspace = An app’s access to this workspace ended.

webhooks-title = Webhooks
webhooks-open = Webhook endpoints
webhooks-count = { $count ->
    [0] No server of yours is told yet what happens.
    [one] One endpoint is told what happens.
   *[other] { $count } endpoints are told what happens.
 }
webhooks-for-workspace = A server of your own can be told what happens in this workspace: messages, receipts, numbers.
webhooks-empty-title = Be told what happens
webhooks-empty-app = { $app } can be told at once when a message comes in, arrives or fails, or when its access changes: each event is sent, signed, to an address of yours. Whatever does not arrive is sent again for a day.
webhooks-empty-workspace = A server of yours can be told at once what happens in { $workspace }: each event is sent, signed, to an address of yours. Whatever does not arrive is sent again for a day.
webhooks-lead-app = Where { $app } is told what happens, as far as its access reaches in each workspace.
webhooks-lead-workspace = Where you are told what happens in { $workspace }: all of it, the texts of messages as well.
webhook-new = Add an endpoint
webhook-add = Add the endpoint
webhook-new-refused = The endpoint was not added
webhook-refused = This was not done
webhook-edit = Change
webhook-edit-title = Change an endpoint
webhook-save = Save the changes
webhook-column-endpoint = Endpoint
webhook-column-events = Events
webhook-column-state = State
webhook-column-event = Event
webhook-column-outcome = Outcome
webhook-column-answer = Answer
webhook-column-actions = Actions
webhook-every-kind = All events
webhook-more-kinds = and { $count } more
webhook-state-active = Active
webhook-state-failing = Failing
webhook-state-paused = Paused
webhook-state-disabled = Disabled
webhook-why-failing = Nothing had arrived for five days.
webhook-why-gone = It answered 410: it wants no more.
webhook-failing-since = Nothing has arrived since { $since }
webhook-paused-text = It is told nothing while it is paused. What happens meanwhile is kept and sent when it goes on, as long as events are kept here.
webhook-disabled-text = It is told nothing any more. When it works again let it go on: what happened meanwhile is sent then, as long as events are kept here.
webhook-about = About it
webhook-added-at = Added
webhook-pause = Pause
webhook-pause-hint = What happens meanwhile is sent when it goes on.
webhook-resume = Go on

webhook-url-label = Address
webhook-url-hint = It must begin with https and be reachable from the internet. Only those who may manage it see all of it.
webhook-url-hint-loopback = It begins with https and is reachable from the internet, or with http on this machine. Only those who may manage it see all of it.
webhook-url-too-long = The address is longer than 2000 characters.
webhook-url-not-an-address = Write a whole address, such as https://app.example.com/hook.
webhook-url-not-https = The address must begin with https.
webhook-url-userinfo = Leave out the user name and password before the host.
webhook-url-fragment = Leave out the # and what follows it.
webhook-url-not-a-full-name = Write the full name of the host, such as app.example.com.
webhook-url-local-name = Only a local network knows this host. Write a name that the internet knows.
webhook-url-not-public = This host is not on the public internet.
webhook-description-label = Description
webhook-description-hint = For you: what listens there.
webhook-description-long = The description is longer than 100 characters.
webhook-events-hint = Tick what it shall be told. If you tick none it is told everything, also kinds of events that later versions bring.
webhook-events-catalogue = What each of them holds: { $events }.
webhook-events-unknown = This server does not know one of these kinds of events. Choose again.
webhook-too-many = There are 20 endpoints, which is the most. Delete one before you add another.

webhook-secret = Signing secret
webhook-secret-text = Everything we send is signed with it as Standard Webhooks describes. Check the signature, and nobody else can tell you lies.
webhook-secret-show = Show the secret
webhook-secret-hide = Hide the secret
webhook-copy-secret = the secret
webhook-copy-old-secret = the old secret
webhook-old-secret = The old secret, which still signs beside it:
webhook-two-secrets = Two secrets sign at the moment. The old one signs until
webhook-rotate = Make a new secret
webhook-rotate-hint = A new secret signs from then on. The present one signs beside it for 7 days, so that you can change over without a pause.
webhook-rotate-again-hint = A new secret signs from then on, and the present one beside it for 7 days. The old one stops at once.
webhook-end-old = End the old one now

webhook-test = Send a test
webhook-test-kind = Kind of event
webhook-test-send = Send it now
webhook-test-hint = It is sent once, at once, in whatever state the endpoint is, and says “test”: true.
webhook-test-taken = The test arrived
webhook-test-not-taken = The test was not taken
webhook-test-too-often = Those were many tests in a short time. Wait { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
 } and try again.

webhook-tries = Tries
webhook-tries-all = All
webhook-tries-failed = Given up
webhook-tries-none = Nothing has been sent yet. Send a test, or wait until something happens.
webhook-tries-none-failed = Nothing was given up.
webhook-tries-no-more = There are no tries beyond this place.
webhook-tries-newest = Newest
webhook-tries-older = Older
webhook-tries-kept = { $days ->
    [one] Tries are kept for a day.
   *[other] Tries are kept for { $days } days.
 }
webhook-try-number = Try { $number }
webhook-next-try = next try { $at }
webhook-took = { $ms } ms
webhook-outcome-delivered = Delivered
webhook-outcome-again = Failed, will be tried again
webhook-outcome-failed = Given up
webhook-outcome-recovered = Given up, arrived later
webhook-outcome-test = Test
webhook-failure-address_refused = The host’s address is not on the public internet.
webhook-failure-not_resolved = The host’s name is not known.
webhook-failure-not_connected = The host does not take connections.
webhook-failure-tls = No trusted TLS connection came about.
webhook-failure-timed_out = The host took too long.
webhook-failure-broke_off = The host broke off before it had answered.
webhook-details = Details
webhook-event-id = Event
webhook-about-what = About
webhook-answer-begins = The answer begins with
webhook-answer-empty = The answer was empty.
webhook-again = Send again
webhook-again-no-attempt = This try is no longer kept.
webhook-again-not-active = It is paused or disabled. Let it go on first.
webhook-again-forgotten = The event is no longer kept, so that it cannot be sent again.
webhook-again-access-ended = The access under which it was sent has ended.
webhook-again-only-a-test = A test cannot be sent again. Send another one.
webhook-recover = Send again what was given up
webhook-recover-text = Everything that was given up and did not arrive later is sent again, besides what is to be sent anyway.
webhook-since = Given up since
webhook-since-hour = The last hour
webhook-since-day = The last day
webhook-since-three-days = The last three days
webhook-since-all = As long as tries are kept
webhook-recover-button = Send all of it again
webhook-recovered = { $count ->
    [0] Nothing of that time is waiting to be sent again.
    [one] One event is sent again now.
   *[other] { $count } events are sent again now.
 }

webhook-done-added = The endpoint is added and hears of what happens from now on. Show its secret below, and send a test.
webhook-done-changed = The endpoint is changed.
webhook-done-paused = The endpoint is paused.
webhook-done-resumed = The endpoint goes on.
webhook-done-rotated = A new secret signs. The one before it signs beside it for 7 days.
webhook-done-old-ended = The old secret signs no more.
webhook-done-again = The event is sent again now.
webhook-done-deleted = The endpoint is deleted.

webhook-delete = Delete { $host }
webhook-delete-hint = No longer needed?
webhook-delete-stops = It is told nothing more, and what was still to be sent is dropped.
webhook-delete-secret = Its secrets are gone for good. An endpoint that you add later gets another one.
webhook-delete-feed = The events themselves stay: other endpoints and the feed of the API still tell them.
webhook-delete-audit = The audit log keeps that it was there.
webhook-delete-or-pause = If it shall only rest for a while, pause it instead.
webhook-keep = Keep it

webhook-mail-subject = { $product }: the webhook endpoint at { $host } is disabled
webhook-mail-failing = nothing that we sent to it has arrived for five days
webhook-mail-gone = it answered 410, which says that it wants no more
webhook-mail-body = Hello { $name },

    we have stopped sending events to your webhook endpoint at { $host }: { $why }.

    What happens meanwhile is kept for some time. Look at what it answered, and let it go on when it works again:
    { $page }

    { $product }

audit-endpoint-created = Added a webhook endpoint
audit-endpoint-changed = Changed a webhook endpoint
audit-endpoint-paused = Paused a webhook endpoint
audit-endpoint-resumed = Let a webhook endpoint go on
audit-endpoint-secret_rotated = Made a new secret for a webhook endpoint
audit-endpoint-old_secret_ended = Ended the old secret of a webhook endpoint
audit-endpoint-deleted = Deleted a webhook endpoint
audit-endpoint-disabled = A webhook endpoint was disabled

## audit

audit-lead = Every decision, in order. Nothing can be changed or removed; message texts are never written down.
audit-time = Time
audit-who = Who
audit-what = Action
audit-target = Target
audit-details = Details
audit-details-of = of { $action }
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
audit-workspace-suspended = Suspended the workspace
audit-workspace-resumed = Let the workspace go on
audit-member-joined = Joined the workspace
audit-member-role_changed = Changed a role
audit-member-removed = Removed a member
audit-member-left = Left the workspace
audit-invitation-sent = Invited a person
audit-invitation-withdrawn = Withdrew an invitation

## events

apps-events = Apps can hear what happens: { $events } lists it all.
events-title = Catalogue of events
events-lead = What an app can be told: when, who may hear it, and what it holds.
events-envelope = Every event has an id that stays the same however often it is told, a type, the moment when it happened, and the workspace; data depends on the type, and fields may be added to it. The feed GET /v1/events tells them in their order, and webhook endpoints get the same events.
events-more = For programs all of this stands in { $document }.
events-document = the API’s description, under webhooks
events-contents = All events
events-group-number = Numbers
events-group-message = Messages
events-group-grant = Access of your app
events-group-contact = Contacts
events-group-template = Templates
events-group-app = Apps
events-group-endpoint = Webhook endpoints
events-untold = Not told yet
events-untold-text = This version does not tell it yet. What it will hold is here so that you can prepare for it.
events-fields = Fields of data
events-column-field = Field
events-column-type = Type
events-column-meaning = Meaning
events-sometimes = not always there
events-sample = Sample
events-sample-of = the sample of { $event }
events-for-holders = Needs the scope { $scope }. What is about a number is told only if the access covers that number.
events-for-holders-or-author = Needs the scope { $scope }; for a message that your app sent itself { $author } is enough. It is told only if the access covers the number.
events-for-own = Needs no scope of its own: it is told to the app whose access it is about, and to no other.
events-for-nobody = No scope gives it: it is told only to the app, or to the workspace, that it is about, and never in GET /v1/events.
events-header-id = The id of the event. It is the same whenever the same event is sent again.
events-header-timestamp = When this request was sent: seconds since 1970.
events-header-signature = Proves that the request comes from this server, as Standard Webhooks describes it: v1, and the HMAC-SHA256 of id, timestamp and body. There may be several, with blanks between them.
events-answer = You have it, and it is not sent again. After any other answer, or none in time, it is.

event-number-linked = A number was linked, for the first time or again.
event-number-unlinked = The link of a number is over: it was unlinked on the phone or here, or WhatsApp ended it.
event-number-state-changed = A number changed its state, in whatever way. It is also told beside the two above.
event-number-link-code-issued = There is a code to link a number with. The event says until when, and never holds the code.
event-number-renamed = The account behind a number calls itself something else, and the number follows: nobody had given it a name.
event-message-received = A number received a message.
event-message-queued = A message was accepted and waits to be sent.
event-message-sent = WhatsApp took the message; or the account’s holder wrote it on the phone, as “origin” tells.
event-message-delivered = The message reached the recipient’s phone.
event-message-read = The recipient read the message.
event-message-failed = The message was not delivered, and will not be.
event-message-edited = Whoever wrote a message changed its words, or an app did with what was sent through the API.
event-message-deleted = Whoever wrote a message deleted it for everyone, or an app did with what was sent through the API. One that was still queued has failed by it; that is told here alone. Events about the message that are told after this one hold no longer what it said.
event-message-voted = Somebody chose in a poll. It is all that they choose now, and takes the place of what they chose before.
event-grant-created = A person approved access for your app in a workspace.
event-grant-changed = A person approved your app again, or changed what it may do.
event-grant-revoked = Your app’s access to a workspace ended.
event-contact-created = A contact was added.
event-contact-changed = A contact’s details changed.
event-contact-deleted = A contact was deleted.
event-template-status-changed = WhatsApp decided about a message template, or paused it.
event-app-suspended = The operator of this server suspended your app: it may neither ask nor act, anywhere.
event-endpoint-disabled = A webhook endpoint was disabled: nothing has arrived there for five days, or it answered 410.

fact-message-id = The message.
fact-message-number-id = The number of the workspace that sent or received it.
fact-message-direction = “out” if the number sent it, “in” if the number received it.
fact-message-to = Who gets it: a phone number with country code (E.164), or the id of a group. Only on messages that go out.
fact-message-from = Who wrote it, with country code (E.164). Only on messages that came in.
fact-message-group-id = The group that it stands in. Only on messages of groups.
fact-message-type = What kind of message it is: “text”, “image”, “video”, “audio”, “voice”, “document”, “sticker”, “location”, “contacts”, “poll”, or “unknown” for what only the phone can show. What it says stands in the field of that name, until it is deleted. Not on messages that an app sent: your app knows what it sent.
fact-message-text = Words.
fact-message-image = A picture. GET /v1/messages/ID/media gives the bytes of this and of the other files.
fact-message-video = A film.
fact-message-audio = A sound.
fact-message-voice = A sound that was spoken into the phone.
fact-message-document = A file of any type.
fact-message-sticker = A picture without a frame.
fact-message-location = A place on the map.
fact-message-contacts = Entries of an address book.
fact-message-poll = A question with answers to choose from.
fact-message-reply-to = The message that it answers, when that one is here.
fact-message-state = Out: “queued”, “sent”, “delivered”, “read” or “failed”; it only goes forward, and may skip a step. In: “received”.
fact-message-reason = Why it failed: “not_linked”, “not_on_whatsapp”, “refused”, “throttled”, “network”, “unsupported”, “expired”, “access_ended” or “deleted”. Otherwise null.
fact-message-created-at = When it was asked for; for what came in, when it was written.
fact-message-changed-at = When it reached its state.
fact-message-origin = Where it was written: “api” if an app sent it, “phone” if the account’s holder wrote it on the phone or on another device. Only on messages that go out.
fact-message-edited-at = When its words were changed last; null if they never were.
fact-message-deleted-at = When it was deleted for everyone; null if it was not.
fact-vote-message-id = The poll.
fact-vote-number-id = The number of the workspace that sent or received the poll.
fact-vote-from = Who chose, with country code (E.164).
fact-vote-options = All that they choose now, in the words of the poll. Empty when they took their vote back.
fact-vote-voted-at = When they chose.
fact-text-body = The text, as it was written.
fact-file-mime-type = Its type, such as image/jpeg, as its sender says.
fact-file-bytes = Its size, as its sender says.
fact-file-name = What it is called, or null.
fact-file-caption = The words beside it, or null.
fact-location-latitude = WGS 84 degrees, north of the equator.
fact-location-longitude = WGS 84 degrees, east of Greenwich.
fact-location-name = What the place is called, or null.
fact-location-address = Where that is, or null.
fact-contactcard-name = Whose entry it is.
fact-contactcard-phones = Phone numbers with country code (E.164).
fact-poll-question = What is asked.
fact-poll-options = The answers, all different.
fact-poll-choices-max = How many of them one may choose.
fact-number-id = The number.
fact-number-phone = With country code (E.164).
fact-number-name = What the workspace calls it.
fact-number-connector = How it reaches WhatsApp: “sandbox”, “live” or “cloud”.
fact-number-state = “not_linked”, “starting”, “linked”, “needs_attention”, “blocked”, or “removed” once it is gone from the workspace.
fact-number-reason = Why it needs attention, or is no longer linked: “unlinked_on_phone”, “replaced_elsewhere”, “unreadable”, “logged_out_here” or “linked_elsewhere”; of a number that is coming back: “banned”, “outdated” or “refused”. Otherwise null.
fact-number-linked-at = When it was linked last; null if it never was.
fact-link-code-number-id = The number that is being linked.
fact-link-code-attempt-id = The attempt to link it.
fact-link-code-expires-at = Until when the code can be typed.
fact-grant-grant-id = The access. It stays the same when it is changed.
fact-grant-app-id = Your app.
fact-grant-scopes = What your app may do now: scopes, with blanks between them.
fact-grant-numbers = “all” for all numbers of the workspace, or a list of their ids.
fact-grant-expires-at = When the access ends by itself; null if it does not.
fact-grant-ended-grant-id = The access that ended.
fact-grant-ended-app-id = Your app.
fact-grant-ended-reason = “disconnected” or “deleted” by a person, “expired” when its time was over, or “unused” when nobody used it for long.
fact-contact-id = The contact.
fact-contact-phone = With country code (E.164).
fact-contact-name = What the workspace calls the contact; null if it has no name.
fact-contact-changed-at = When it was changed last.
fact-template-id = The template.
fact-template-name = Its name.
fact-template-language = Its language, such as “en”.
fact-template-status = “pending”, “approved”, “rejected”, “paused” or “disabled”.
fact-template-reason = Why WhatsApp rejected or paused it; otherwise null.
fact-app-app-id = Your app.
fact-app-name = Its name.
fact-endpoint-endpoint-id = The endpoint.
fact-endpoint-url = Its address.
fact-endpoint-reason = Why it was disabled: “failing” for five days, or “gone”, when it answered 410.
fact-endpoint-failing-since = Since when nothing has arrived.

## demo

copy-button = Copy
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
demo-grant-not-text = list or change numbers, see contacts
demo-grant-from = From
demo-grant-until = Until
demo-grant-until-text = somebody disconnects it
demo-grant-note = This is a grant. Every token points at one, and every call is checked against it.
demo-call-allowed = 202 Accepted
demo-call-not-granted = 403 Not granted
demo-call-disconnect = Somebody presses “Disconnect”
demo-call-ended = 401 Ended
demo-instead-title = No more keys that open everything
demo-instead-lead = Gateways that you run yourself hand out one API key. With Grantline in front, each app holds a permission of its own.
demo-instead-key = One API key
demo-instead-grant = A grant
demo-instead-may = What it may do
demo-instead-may-key = Everything
demo-instead-may-grant = The permissions that a person approved, one by one
demo-instead-numbers = With which numbers
demo-instead-numbers-key = All of them
demo-instead-numbers-grant = The ones that were chosen
demo-instead-time = How long
demo-instead-time-key = Until the key is changed everywhere
demo-instead-time-grant = A day, 90 days, or until it is disconnected
demo-instead-who = Who allowed it
demo-instead-who-key = Whoever passed the key on
demo-instead-who-grant = A member, by name and time, in the audit log
demo-instead-end = What ending it breaks
demo-instead-end-key = Every app at once
demo-instead-end-grant = This app, with its next call
demo-account-title = You are the owner of a bakery
demo-account-text = Sign in with this account when you are asked to. It exists in this demo only.
demo-copy-password = the password
demo-copy-email = the e-mail address
demo-copy-issuer = the address
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
demo-step-4-text = Acme CRM sends a message for the bakery. Each call is checked against the grant at that moment, and what it sends is in the audit log. What was not granted is refused.
demo-step-4-caption = A message on its way
demo-step-5-title = One press ends it
demo-step-5-text = Press “Disconnect”. The very next call fails: tokens and pending codes end together.
demo-step-5-caption = The same call, a moment later
demo-link-number = Link the number
demo-open-phone = Open the bakery’s phone
demo-open-acme = Open Acme CRM
demo-send = Send as Acme CRM
demo-see-arrive = See it arrive
demo-paper = Your own words stand here: whoever runs a server says what happens to people’s data, and by which terms.
demo-paper-how = Two settings lead to them:
demo-open-console = Open the console
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
demo-why-one = One program
demo-why-one-text = Start with SQLite inside. Use PostgreSQL where you run one already: the same program, the same SQL.
demo-install-title = Running with three commands
demo-install-text = Build it, write a configuration with fresh secrets, put a proxy with TLS in front, and start it.
demo-integrate-title = Your app keeps its OAuth library
demo-integrate-text = Give it this address. It finds the rest by itself; the API is described in OpenAPI.
demo-integrate-caption = The issuer
demo-openapi = Read the OpenAPI description
demo-terminal = Terminal
mails-title = Mails
mails-lead = In this demo no mail leaves the machine. This is what people would get.
mails-to = To { $recipient }
mails-empty-title = No mails yet
mails-empty-text = Link a number or invite somebody: what they would be told appears here.

## countries, by their ISO 3166-1 codes

country-AC = Ascension Island
country-AD = Andorra
country-AE = United Arab Emirates
country-AF = Afghanistan
country-AG = Antigua and Barbuda
country-AI = Anguilla
country-AL = Albania
country-AM = Armenia
country-AO = Angola
country-AR = Argentina
country-AS = American Samoa
country-AT = Austria
country-AU = Australia
country-AW = Aruba
country-AX = Åland Islands
country-AZ = Azerbaijan
country-BA = Bosnia and Herzegovina
country-BB = Barbados
country-BD = Bangladesh
country-BE = Belgium
country-BF = Burkina Faso
country-BG = Bulgaria
country-BH = Bahrain
country-BI = Burundi
country-BJ = Benin
country-BL = Saint Barthélemy
country-BM = Bermuda
country-BN = Brunei
country-BO = Bolivia
country-BQ = Caribbean Netherlands
country-BR = Brazil
country-BS = Bahamas
country-BT = Bhutan
country-BW = Botswana
country-BY = Belarus
country-BZ = Belize
country-CA = Canada
country-CC = Cocos (Keeling) Islands
country-CD = Congo (Kinshasa)
country-CF = Central African Republic
country-CG = Congo (Brazzaville)
country-CH = Switzerland
country-CI = Côte d’Ivoire
country-CK = Cook Islands
country-CL = Chile
country-CM = Cameroon
country-CN = China
country-CO = Colombia
country-CR = Costa Rica
country-CU = Cuba
country-CV = Cape Verde
country-CW = Curaçao
country-CX = Christmas Island
country-CY = Cyprus
country-CZ = Czechia
country-DE = Germany
country-DJ = Djibouti
country-DK = Denmark
country-DM = Dominica
country-DO = Dominican Republic
country-DZ = Algeria
country-EC = Ecuador
country-EE = Estonia
country-EG = Egypt
country-EH = Western Sahara
country-ER = Eritrea
country-ES = Spain
country-ET = Ethiopia
country-FI = Finland
country-FJ = Fiji
country-FK = Falkland Islands
country-FM = Micronesia
country-FO = Faroe Islands
country-FR = France
country-GA = Gabon
country-GB = United Kingdom
country-GD = Grenada
country-GE = Georgia
country-GF = French Guiana
country-GG = Guernsey
country-GH = Ghana
country-GI = Gibraltar
country-GL = Greenland
country-GM = Gambia
country-GN = Guinea
country-GP = Guadeloupe
country-GQ = Equatorial Guinea
country-GR = Greece
country-GS = South Georgia and the South Sandwich Islands
country-GT = Guatemala
country-GU = Guam
country-GW = Guinea-Bissau
country-GY = Guyana
country-HK = Hong Kong
country-HN = Honduras
country-HR = Croatia
country-HT = Haiti
country-HU = Hungary
country-ID = Indonesia
country-IE = Ireland
country-IL = Israel
country-IM = Isle of Man
country-IN = India
country-IO = British Indian Ocean Territory
country-IQ = Iraq
country-IR = Iran
country-IS = Iceland
country-IT = Italy
country-JE = Jersey
country-JM = Jamaica
country-JO = Jordan
country-JP = Japan
country-KE = Kenya
country-KG = Kyrgyzstan
country-KH = Cambodia
country-KI = Kiribati
country-KM = Comoros
country-KN = Saint Kitts and Nevis
country-KP = North Korea
country-KR = South Korea
country-KW = Kuwait
country-KY = Cayman Islands
country-KZ = Kazakhstan
country-LA = Laos
country-LB = Lebanon
country-LC = Saint Lucia
country-LI = Liechtenstein
country-LK = Sri Lanka
country-LR = Liberia
country-LS = Lesotho
country-LT = Lithuania
country-LU = Luxembourg
country-LV = Latvia
country-LY = Libya
country-MA = Morocco
country-MC = Monaco
country-MD = Moldova
country-ME = Montenegro
country-MF = Saint Martin
country-MG = Madagascar
country-MH = Marshall Islands
country-MK = North Macedonia
country-ML = Mali
country-MM = Myanmar (Burma)
country-MN = Mongolia
country-MO = Macao
country-MP = Northern Mariana Islands
country-MQ = Martinique
country-MR = Mauritania
country-MS = Montserrat
country-MT = Malta
country-MU = Mauritius
country-MV = Maldives
country-MW = Malawi
country-MX = Mexico
country-MY = Malaysia
country-MZ = Mozambique
country-NA = Namibia
country-NC = New Caledonia
country-NE = Niger
country-NF = Norfolk Island
country-NG = Nigeria
country-NI = Nicaragua
country-NL = Netherlands
country-NO = Norway
country-NP = Nepal
country-NR = Nauru
country-NU = Niue
country-NZ = New Zealand
country-OM = Oman
country-PA = Panama
country-PE = Peru
country-PF = French Polynesia
country-PG = Papua New Guinea
country-PH = Philippines
country-PK = Pakistan
country-PL = Poland
country-PM = Saint Pierre and Miquelon
country-PR = Puerto Rico
country-PS = Palestine
country-PT = Portugal
country-PW = Palau
country-PY = Paraguay
country-QA = Qatar
country-RE = Réunion
country-RO = Romania
country-RS = Serbia
country-RU = Russia
country-RW = Rwanda
country-SA = Saudi Arabia
country-SB = Solomon Islands
country-SC = Seychelles
country-SD = Sudan
country-SE = Sweden
country-SG = Singapore
country-SH = Saint Helena
country-SI = Slovenia
country-SJ = Svalbard and Jan Mayen
country-SK = Slovakia
country-SL = Sierra Leone
country-SM = San Marino
country-SN = Senegal
country-SO = Somalia
country-SR = Suriname
country-SS = South Sudan
country-ST = São Tomé and Príncipe
country-SV = El Salvador
country-SX = Sint Maarten
country-SY = Syria
country-SZ = Eswatini
country-TA = Tristan da Cunha
country-TC = Turks and Caicos Islands
country-TD = Chad
country-TG = Togo
country-TH = Thailand
country-TJ = Tajikistan
country-TK = Tokelau
country-TL = Timor-Leste
country-TM = Turkmenistan
country-TN = Tunisia
country-TO = Tonga
country-TR = Turkey (Türkiye)
country-TT = Trinidad and Tobago
country-TV = Tuvalu
country-TW = Taiwan
country-TZ = Tanzania
country-UA = Ukraine
country-UG = Uganda
country-US = United States
country-UY = Uruguay
country-UZ = Uzbekistan
country-VA = Vatican City
country-VC = Saint Vincent and the Grenadines
country-VE = Venezuela
country-VG = British Virgin Islands
country-VI = US Virgin Islands
country-VN = Vietnam
country-VU = Vanuatu
country-WF = Wallis and Futuna
country-WS = Samoa
country-XK = Kosovo
country-YE = Yemen
country-YT = Mayotte
country-ZA = South Africa
country-ZM = Zambia
country-ZW = Zimbabwe

## connected apps

connected-lead = Who may use the numbers of { $workspace }, and for what.
connected-attention = { $count ->
    [one] One app needs attention: its line says why.
   *[other] { $count } apps need attention: their lines say why.
 }
connected-tab = Connected
disconnected-tab = Disconnected
blocked-tab = Blocked
blocked-caption = Blocked apps
blocked-empty-title = No app is blocked
blocked-empty-text = A blocked app cannot ask for access here, whoever opens its link.
blocked-no-reason = None given
column-reason = Reason
column-blocked = Blocked
unblock-button = Unblock
blocked-done = The app is blocked. It has no access, and cannot ask for it.
unblocked-done = The app may ask for access again. It has none until somebody approves it.
filter-permissions = Permissions
filter-review = Review
filter-reviewed = Reviewed
filter-person = Approved by
filter-any = Any
filter-anyone = Anyone
filter-order = Order
filter-order-attention = What needs attention first
filter-order-used = Last used first
filter-button = Show
filter-no-match = No app fits what you chose above.
rules-title = Rules for apps
rules-lead = Who may connect apps to { $workspace }, which ones, and for how long.
rules-none = Owners and admins approve apps, of anyone, for as long as they choose.
rules-change = Change the rules
rules-save = Save the rules
rules-done = The rules are saved. They count for approvals from now on.
rules-from-now = Rules count for approvals from now on. Apps that are connected stay as they are.
rule-owners-only = Only owners approve apps.
rule-reviewed-only = Only apps that { $operator } has reviewed can be connected.
rule-longest = For how long at most?
rule-longest-is = An app is approved for { $time } at most.
block-named = Block { $app }
block-refused = The app was not blocked
block-offer = Nobody here should be asked again?
block-nobody = Nobody can approve { $app } for { $workspace } until it is unblocked.
block-reason = Why? (optional)
block-reason-hint = Shown to members who are asked to approve it.
block-reason-long = Use at most 200 characters.
block-undo = You can unblock it in Apps at any time. What it had before does not come back by itself.
block-keep = Don’t block
access-title = Change what { $app } may do
access-lead = { $app } is not asked. Less takes effect with its next call, more as soon as it fetches a new token.
access-button = Change access
access-needed = What is needed cannot be taken away on its own: disconnect { $app } instead.
access-keep = Leave it as it is
access-keep-until = Until { $at }
access-from-now = A new time counts from now.
access-at-once = You stand behind this access from now on: it lasts as long as you are a member with these rights.
access-save = Save changes
access-done = The access is changed.
access-changed = Something changed since this page was opened. Nothing was saved. Look again before you decide.
access-refused-end = You can still disconnect { $app }.
timeline-title = History
approved-title = Apps that you approved
approved-lead = In every workspace of yours. Open one to change what it may do, or to disconnect it.
approved-empty-title = You have approved no app
connected-caption = Apps of this workspace
connected-empty-title = No apps here
connected-empty-text = An app is a program of somebody else that uses your numbers for you: a CRM, a shop, an agent. It asks first; you see what it asks, and decide.
connected-build = Build one yourself
connected-state-connected = Connected
connected-state-idle = Not used lately
connected-state-expired = Expired
connected-state-unused = Ended, not used
connected-state-suspended = Stopped by the operator
connected-state-orphaned = Needs approval
connected-state-disconnected = Disconnected
attention-expired = The time for which it was approved is over. To go on, the app has to ask again.
attention-unused = Nobody used this access for a long time, so it ended by itself. To go on, the app has to ask again.
attention-suspended = The people who run this server have stopped this app everywhere. None of its calls is answered.
attention-idle = Nobody has used this access for two months. Disconnect it if nobody needs it; unused, it ends by itself.
attention-orphaned = The person who approved it is no longer in this workspace, so its calls fail. Somebody else can take it over with “Change access”.
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
activity-lead = With the calls of the last 30 days. A new call shows here within 10 seconds.
activity-column-calls = Calls
activity-calls = { $count ->
    [one] { $count } call
   *[other] { $count } calls
 }
activity-calls-in-days = { $count ->
    [one] { $count } call in 30 days
   *[other] { $count } calls in 30 days
 }
activity-not-used = None in 30 days
activity-not-granted = Not part of this access now
activity-last-title = Last calls
activity-last-caption = The last calls of { $app }
activity-column-operation = Operation
activity-column-answer = Answer
activity-from = from { $address }
activity-empty-title = No calls yet
activity-empty-text = What { $app } does with its access shows here.
activity-answer-done = Done
activity-answer-not-accepted = Not accepted
activity-answer-not-allowed = Not allowed
activity-answer-not-found = Not found
activity-answer-too-many = Too many calls
activity-answer-broken = Broke on our side
activity-answer-none = Not finished
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
end-queued = { $count ->
    [0] No message of this app is waiting to be sent.
    [one] One message of this app is waiting to be sent. It will not go out.
   *[other] { $count } messages of this app are waiting to be sent. They will not go out.
}
end-row-stays = { $app } stays in your list, under “Disconnected”.
end-row-goes = Its row in your list is removed. The audit log stays.
end-copied = Data it has already copied stays with { $publisher }.
end-again = To connect it again, it has to ask you anew.
end-keep = Keep it
group-account-short = Account
group-messages-short = Messages
group-templates-short = Templates
group-numbers-short = Numbers
group-contacts-short = Contacts
group-security-short = Security
audit-grant-revoked = Disconnected an app
audit-grant-deleted = Deleted an app from the list
audit-token-revoked = An app gave its tokens back
audit-token-replayed = A token was used twice: all that came from it were ended
