//! What clients find out by themselves (RFC 8414, RFC 9728).

use crate::both_databases;

both_databases! {
    async fn clients_learn_where_everything_is(world: &World) {
        let server = world.browser().opens("/.well-known/oauth-authorization-server").await.is(200);
        assert_eq!(server.header("access-control-allow-origin"), "*");
        insta::allow_duplicates! { insta::assert_json_snapshot!(server.json(), @r#"
        {
          "authorization_endpoint": "https://grantline.test/oauth/authorize",
          "authorization_response_iss_parameter_supported": true,
          "code_challenge_methods_supported": [
            "S256"
          ],
          "grant_types_supported": [
            "authorization_code",
            "refresh_token"
          ],
          "issuer": "https://grantline.test",
          "protected_resources": [
            "https://grantline.test"
          ],
          "response_modes_supported": [
            "query"
          ],
          "response_types_supported": [
            "code"
          ],
          "revocation_endpoint": "https://grantline.test/oauth/revoke",
          "revocation_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none"
          ],
          "scopes_supported": [
            "account:read",
            "messages:send",
            "messages:read",
            "templates:read",
            "templates:manage",
            "numbers:read",
            "numbers:manage",
            "contacts:read",
            "contacts:manage",
            "security:read"
          ],
          "token_endpoint": "https://grantline.test/oauth/token",
          "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none"
          ]
        }
        "#) };
        // Several clients look only there.
        let openid = world.browser().opens("/.well-known/openid-configuration").await.is(200);
        assert_eq!(openid.json(), server.json());
    }

    async fn agents_learn_who_guards_the_api(world: &World) {
        let resource = world.browser().opens("/.well-known/oauth-protected-resource").await.is(200).json();
        insta::allow_duplicates! { insta::assert_json_snapshot!(resource, @r#"
        {
          "authorization_servers": [
            "https://grantline.test"
          ],
          "bearer_methods_supported": [
            "header"
          ],
          "resource": "https://grantline.test",
          "resource_name": "Harbour",
          "scopes_supported": [
            "account:read",
            "messages:send",
            "messages:read",
            "numbers:read",
            "contacts:read"
          ]
        }
        "#) };
    }
}
