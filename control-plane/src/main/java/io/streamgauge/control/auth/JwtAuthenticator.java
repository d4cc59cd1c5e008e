package io.streamgauge.control.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.problem.Unavailable;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Believes access tokens of an identity provider: signed by one of its keys with a permitted
 * algorithm, of a permitted type, from the configured issuer, for us, and of now. Algorithms come
 * from the configuration, never from the token alone (RFC 8725, 3.1), and keys from the provider,
 * never from the token: unsigned tokens, tokens signed with a public key as an HMAC secret, and
 * tokens that bring or point to a key of their own do not pass. While the keys cannot be had,
 * tokens are neither believed nor refused ({@link Unavailable}).
 */
public final class JwtAuthenticator implements Authenticator {

    /** More than any token of ours needs; parsing costs more than its length. */
    private static final int MAX_CHARACTERS = 8 * 1024;

    /** How far the clocks of issuer and server may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final String MEDIA_TYPES = "application/";
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final TokenPrincipals principals;

    /**
     * @param memberships for tokens that name no tenant
     * @throws io.streamgauge.control.config.InvalidConfigException where the keys are in a file
     *     that cannot be read
     */
    public JwtAuthenticator(TokenConfig config, Clock clock, Memberships memberships) {
        this(config, clock, memberships, JwkSources.of(config));
    }

    JwtAuthenticator(
            TokenConfig config,
            Clock clock,
            Memberships memberships,
            JWKSource<SecurityContext> keys) {
        principals = new TokenPrincipals(config.claims(), memberships);
        Set<JWSAlgorithm> algorithms =
                config.algorithms().stream()
                        .map(JWSAlgorithm::parse)
                        .collect(Collectors.toUnmodifiableSet());
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(types(config)));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
        processor.setJWTClaimsSetVerifier(new ClaimsVerifier(config, clock));
    }

    @Override
    public Principal authenticate(String token) throws AuthenticationException {
        if (token.isEmpty() || token.length() > MAX_CHARACTERS) {
            throw new AuthenticationException(
                    "token: %d characters (expected: 1 to %d)"
                            .formatted(token.length(), MAX_CHARACTERS));
        }
        try {
            SignedJWT signed = SignedJWT.parse(token);
            JWTClaimsSet claims = processor.process(signed, null);
            if (!isOfAccessTokens(signed.getHeader().getType())) {
                TokenUse.requireAccess(claims);
            }
            return principals.of(claims);
        } catch (ParseException e) {
            throw new AuthenticationException("token: not a JWT (expected: a signed JWT)");
        } catch (BadJOSEException e) {
            throw new AuthenticationException("token: " + e.getMessage());
        } catch (KeySourceException e) {
            throw new Unavailable("the keys of tokens cannot be had", Duration.ofSeconds(5), e);
        } catch (JOSEException e) {
            // As with a key on another curve than the algorithm's.
            throw new AuthenticationException("token: its signature does not fit its key");
        }
    }

    /** As configured, and also with the prefix that RFC 7515, 4.1.9, advises to leave out. */
    private static Set<@Nullable JOSEObjectType> types(TokenConfig config) {
        Set<@Nullable JOSEObjectType> types = new HashSet<>();
        for (String type : config.types()) {
            types.add(new JOSEObjectType(type));
            types.add(new JOSEObjectType(MEDIA_TYPES + type));
        }
        if (types.contains(JOSEObjectType.JWT)) {
            types.add(null); // RFC 7519, 5.1: whoever takes only JWTs may leave it out
        }
        return types;
    }

    private static boolean isOfAccessTokens(@Nullable JOSEObjectType type) {
        return ACCESS_TOKEN.equals(type)
                || new JOSEObjectType(MEDIA_TYPES + ACCESS_TOKEN).equals(type);
    }

    private static final class ClaimsVerifier extends DefaultJWTClaimsVerifier<SecurityContext> {

        private final Clock clock;

        ClaimsVerifier(TokenConfig config, Clock clock) {
            super(
                    config.audience(),
                    new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                    Set.of("sub", "exp", "iat"));
            this.clock = clock;
            setMaxClockSkew((int) SKEW.toSeconds());
        }

        @Override
        public void verify(JWTClaimsSet claims, @Nullable SecurityContext context)
                throws BadJWTException {
            super.verify(claims, context);
            // Claims that are null count as present there.
            if (claims.getSubject() == null
                    || claims.getExpirationTime() == null
                    || claims.getIssueTime() == null) {
                throw new BadJWTException("JWT missing required claims: sub, exp or iat");
            }
            if (claims.getIssueTime().toInstant().isAfter(clock.instant().plus(SKEW))) {
                throw new BadJWTException("JWT issued in the future");
            }
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}
