import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace dispersy. */
export namespace dispersy {

    /**
     * Properties of a Datagram.
     * @deprecated Use dispersy.Datagram.$Properties instead.
     */
    interface IDatagram extends dispersy.Datagram.$Properties {
    }

    /** Represents a Datagram. */
    class Datagram {

        /**
         * Constructs a new Datagram.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Datagram.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Datagram overlay. */
        overlay: Uint8Array;

        /** Datagram introductionRequest. */
        introductionRequest?: (dispersy.IntroductionRequest.$Properties|null);

        /** Datagram introductionResponse. */
        introductionResponse?: (dispersy.IntroductionResponse.$Properties|null);

        /** Datagram punctureRequest. */
        punctureRequest?: (dispersy.PunctureRequest.$Properties|null);

        /** Datagram puncture. */
        puncture?: (dispersy.Puncture.$Properties|null);

        /** Datagram bundles. */
        bundles?: (dispersy.Bundles.$Properties|null);

        /** Datagram sealed. */
        sealed?: (dispersy.Sealed.$Properties|null);

        /** Datagram notice. */
        notice?: (dispersy.Notice.$Properties|null);

        /** Datagram kind. */
        kind?: ("introductionRequest"|"introductionResponse"|"punctureRequest"|"puncture"|"bundles"|"sealed"|"notice");

        /**
         * Encodes the specified Datagram message. Does not implicitly {@link dispersy.Datagram.verify|verify} messages.
         * @param message Datagram message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Datagram.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Datagram message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Datagram & dispersy.Datagram.$Shape} Datagram
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Datagram & dispersy.Datagram.$Shape;
    }

    namespace Datagram {

        /** Properties of a Datagram. */
        interface $Properties {

            /** Datagram overlay */
            overlay?: (Uint8Array|null);

            /** Datagram introductionRequest */
            introductionRequest?: (dispersy.IntroductionRequest.$Properties|null);

            /** Datagram introductionResponse */
            introductionResponse?: (dispersy.IntroductionResponse.$Properties|null);

            /** Datagram punctureRequest */
            punctureRequest?: (dispersy.PunctureRequest.$Properties|null);

            /** Datagram puncture */
            puncture?: (dispersy.Puncture.$Properties|null);

            /** Datagram bundles */
            bundles?: (dispersy.Bundles.$Properties|null);

            /** Datagram sealed */
            sealed?: (dispersy.Sealed.$Properties|null);

            /** Datagram notice */
            notice?: (dispersy.Notice.$Properties|null);

            /** Datagram kind */
            kind?: ("introductionRequest"|"introductionResponse"|"punctureRequest"|"puncture"|"bundles"|"sealed"|"notice");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a Datagram. */
        type $Shape = {
          overlay?: Uint8Array|null;
          introductionRequest?: dispersy.IntroductionRequest.$Shape|null;
          introductionResponse?: dispersy.IntroductionResponse.$Shape|null;
          punctureRequest?: dispersy.PunctureRequest.$Shape|null;
          puncture?: dispersy.Puncture.$Shape|null;
          bundles?: dispersy.Bundles.$Shape|null;
          sealed?: dispersy.Sealed.$Shape|null;
          notice?: dispersy.Notice.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ kind?: undefined; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "introductionRequest"; introductionRequest: dispersy.IntroductionRequest.$Shape; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "introductionResponse"; introductionRequest?: null; introductionResponse: dispersy.IntroductionResponse.$Shape; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "punctureRequest"; introductionRequest?: null; introductionResponse?: null; punctureRequest: dispersy.PunctureRequest.$Shape; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "puncture"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture: dispersy.Puncture.$Shape; bundles?: null; sealed?: null; notice?: null }|{ kind?: "bundles"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles: dispersy.Bundles.$Shape; sealed?: null; notice?: null }|{ kind?: "sealed"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed: dispersy.Sealed.$Shape; notice?: null }|{ kind?: "notice"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice: dispersy.Notice.$Shape })
        );
    }

    /**
     * Properties of an IntroductionRequest.
     * @deprecated Use dispersy.IntroductionRequest.$Properties instead.
     */
    interface IIntroductionRequest extends dispersy.IntroductionRequest.$Properties {
    }

    /** Represents an IntroductionRequest. */
    class IntroductionRequest {

        /**
         * Constructs a new IntroductionRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.IntroductionRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IntroductionRequest identifier. */
        identifier: Uint8Array;

        /** IntroductionRequest instance. */
        instance: Uint8Array;

        /** IntroductionRequest version. */
        version: number;

        /** IntroductionRequest features. */
        features: number;

        /** IntroductionRequest destination. */
        destination: Uint8Array;

        /** IntroductionRequest lan. */
        lan: Uint8Array;

        /** IntroductionRequest token. */
        token: Uint8Array;

        /** IntroductionRequest grant. */
        grant: Uint8Array;

        /** IntroductionRequest nat. */
        nat?: (dispersy.NatSummary.$Properties|null);

        /** IntroductionRequest advice. */
        advice: boolean;

        /** IntroductionRequest offer. */
        offer?: (dispersy.Offer.$Properties|null);

        /** IntroductionRequest seek. */
        seek: Uint8Array;

        /** IntroductionRequest dialBack. */
        dialBack?: (dispersy.DialBackRequest.$Properties|null);

        /** IntroductionRequest oldestVersion. */
        oldestVersion: number;

        /** IntroductionRequest padding. */
        padding: Uint8Array;

        /** IntroductionRequest rate. */
        rate: number;

        /** IntroductionRequest largest. */
        largest: number;

        /** IntroductionRequest responseBytes. */
        responseBytes: number;

        /** IntroductionRequest webSocket. */
        webSocket: string;

        /**
         * Encodes the specified IntroductionRequest message. Does not implicitly {@link dispersy.IntroductionRequest.verify|verify} messages.
         * @param message IntroductionRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.IntroductionRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IntroductionRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.IntroductionRequest & dispersy.IntroductionRequest.$Shape} IntroductionRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.IntroductionRequest & dispersy.IntroductionRequest.$Shape;
    }

    namespace IntroductionRequest {

        /** Properties of an IntroductionRequest. */
        interface $Properties {

            /** IntroductionRequest identifier */
            identifier?: (Uint8Array|null);

            /** IntroductionRequest instance */
            instance?: (Uint8Array|null);

            /** IntroductionRequest version */
            version?: (number|null);

            /** IntroductionRequest features */
            features?: (number|null);

            /** IntroductionRequest destination */
            destination?: (Uint8Array|null);

            /** IntroductionRequest lan */
            lan?: (Uint8Array|null);

            /** IntroductionRequest token */
            token?: (Uint8Array|null);

            /** IntroductionRequest grant */
            grant?: (Uint8Array|null);

            /** IntroductionRequest nat */
            nat?: (dispersy.NatSummary.$Properties|null);

            /** IntroductionRequest advice */
            advice?: (boolean|null);

            /** IntroductionRequest offer */
            offer?: (dispersy.Offer.$Properties|null);

            /** IntroductionRequest seek */
            seek?: (Uint8Array|null);

            /** IntroductionRequest dialBack */
            dialBack?: (dispersy.DialBackRequest.$Properties|null);

            /** IntroductionRequest oldestVersion */
            oldestVersion?: (number|null);

            /** IntroductionRequest padding */
            padding?: (Uint8Array|null);

            /** IntroductionRequest rate */
            rate?: (number|null);

            /** IntroductionRequest largest */
            largest?: (number|null);

            /** IntroductionRequest responseBytes */
            responseBytes?: (number|null);

            /** IntroductionRequest webSocket */
            webSocket?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IntroductionRequest. */
        type $Shape = {
          identifier?: Uint8Array|null;
          instance?: Uint8Array|null;
          version?: number|null;
          features?: number|null;
          destination?: Uint8Array|null;
          lan?: Uint8Array|null;
          token?: Uint8Array|null;
          grant?: Uint8Array|null;
          nat?: dispersy.NatSummary.$Shape|null;
          advice?: boolean|null;
          offer?: dispersy.Offer.$Shape|null;
          seek?: Uint8Array|null;
          dialBack?: dispersy.DialBackRequest.$Shape|null;
          oldestVersion?: number|null;
          padding?: Uint8Array|null;
          rate?: number|null;
          largest?: number|null;
          responseBytes?: number|null;
          webSocket?: string|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of an IntroductionResponse.
     * @deprecated Use dispersy.IntroductionResponse.$Properties instead.
     */
    interface IIntroductionResponse extends dispersy.IntroductionResponse.$Properties {
    }

    /** Represents an IntroductionResponse. */
    class IntroductionResponse {

        /**
         * Constructs a new IntroductionResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.IntroductionResponse.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IntroductionResponse identifier. */
        identifier: Uint8Array;

        /** IntroductionResponse instance. */
        instance: Uint8Array;

        /** IntroductionResponse version. */
        version: number;

        /** IntroductionResponse features. */
        features: number;

        /** IntroductionResponse destination. */
        destination: Uint8Array;

        /** IntroductionResponse lan. */
        lan: Uint8Array;

        /** IntroductionResponse dialBack. */
        dialBack?: (dispersy.DialBack.$Properties|null);

        /** IntroductionResponse grant. */
        grant: Uint8Array;

        /** IntroductionResponse nat. */
        nat?: (dispersy.NatSummary.$Properties|null);

        /** IntroductionResponse validated. */
        validated: boolean;

        /** IntroductionResponse tracker. */
        tracker: boolean;

        /** IntroductionResponse introduction. */
        introduction?: (dispersy.Introduction.$Properties|null);

        /** IntroductionResponse holdings. */
        holdings?: (dispersy.Holdings.$Properties|null);

        /** IntroductionResponse answer. */
        answer?: (dispersy.Answer.$Properties|null);

        /** IntroductionResponse padding. */
        padding: Uint8Array;

        /** IntroductionResponse oldestVersion. */
        oldestVersion: number;

        /** IntroductionResponse webSockets. */
        webSockets: string[];

        /**
         * Encodes the specified IntroductionResponse message. Does not implicitly {@link dispersy.IntroductionResponse.verify|verify} messages.
         * @param message IntroductionResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.IntroductionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IntroductionResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.IntroductionResponse & dispersy.IntroductionResponse.$Shape} IntroductionResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.IntroductionResponse & dispersy.IntroductionResponse.$Shape;
    }

    namespace IntroductionResponse {

        /** Properties of an IntroductionResponse. */
        interface $Properties {

            /** IntroductionResponse identifier */
            identifier?: (Uint8Array|null);

            /** IntroductionResponse instance */
            instance?: (Uint8Array|null);

            /** IntroductionResponse version */
            version?: (number|null);

            /** IntroductionResponse features */
            features?: (number|null);

            /** IntroductionResponse destination */
            destination?: (Uint8Array|null);

            /** IntroductionResponse lan */
            lan?: (Uint8Array|null);

            /** IntroductionResponse dialBack */
            dialBack?: (dispersy.DialBack.$Properties|null);

            /** IntroductionResponse grant */
            grant?: (Uint8Array|null);

            /** IntroductionResponse nat */
            nat?: (dispersy.NatSummary.$Properties|null);

            /** IntroductionResponse validated */
            validated?: (boolean|null);

            /** IntroductionResponse tracker */
            tracker?: (boolean|null);

            /** IntroductionResponse introduction */
            introduction?: (dispersy.Introduction.$Properties|null);

            /** IntroductionResponse holdings */
            holdings?: (dispersy.Holdings.$Properties|null);

            /** IntroductionResponse answer */
            answer?: (dispersy.Answer.$Properties|null);

            /** IntroductionResponse padding */
            padding?: (Uint8Array|null);

            /** IntroductionResponse oldestVersion */
            oldestVersion?: (number|null);

            /** IntroductionResponse webSockets */
            webSockets?: (string[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IntroductionResponse. */
        type $Shape = dispersy.IntroductionResponse.$Properties;
    }

    /**
     * Properties of a DialBackRequest.
     * @deprecated Use dispersy.DialBackRequest.$Properties instead.
     */
    interface IDialBackRequest extends dispersy.DialBackRequest.$Properties {
    }

    /** Represents a DialBackRequest. */
    class DialBackRequest {

        /**
         * Constructs a new DialBackRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.DialBackRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DialBackRequest afterS. */
        afterS: number;

        /**
         * Encodes the specified DialBackRequest message. Does not implicitly {@link dispersy.DialBackRequest.verify|verify} messages.
         * @param message DialBackRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.DialBackRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DialBackRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.DialBackRequest & dispersy.DialBackRequest.$Shape} DialBackRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.DialBackRequest & dispersy.DialBackRequest.$Shape;
    }

    namespace DialBackRequest {

        /** Properties of a DialBackRequest. */
        interface $Properties {

            /** DialBackRequest afterS */
            afterS?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DialBackRequest. */
        type $Shape = dispersy.DialBackRequest.$Properties;
    }

    /**
     * Properties of a DialBack.
     * @deprecated Use dispersy.DialBack.$Properties instead.
     */
    interface IDialBack extends dispersy.DialBack.$Properties {
    }

    /** Represents a DialBack. */
    class DialBack {

        /**
         * Constructs a new DialBack.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.DialBack.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DialBack nonce. */
        nonce: Uint8Array;

        /** DialBack otherPort. */
        otherPort: boolean;

        /** DialBack helper. */
        helper: Uint8Array;

        /**
         * Encodes the specified DialBack message. Does not implicitly {@link dispersy.DialBack.verify|verify} messages.
         * @param message DialBack message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.DialBack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DialBack message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.DialBack & dispersy.DialBack.$Shape} DialBack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.DialBack & dispersy.DialBack.$Shape;
    }

    namespace DialBack {

        /** Properties of a DialBack. */
        interface $Properties {

            /** DialBack nonce */
            nonce?: (Uint8Array|null);

            /** DialBack otherPort */
            otherPort?: (boolean|null);

            /** DialBack helper */
            helper?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DialBack. */
        type $Shape = dispersy.DialBack.$Properties;
    }

    /**
     * Properties of an Introduction.
     * @deprecated Use dispersy.Introduction.$Properties instead.
     */
    interface IIntroduction extends dispersy.Introduction.$Properties {
    }

    /** Represents an Introduction. */
    class Introduction {

        /**
         * Constructs a new Introduction.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Introduction.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Introduction address. */
        address: Uint8Array;

        /** Introduction lan. */
        lan: Uint8Array;

        /** Introduction nonce. */
        nonce: Uint8Array;

        /** Introduction nat. */
        nat?: (dispersy.NatSummary.$Properties|null);

        /** Introduction startMs. */
        startMs: number;

        /** Introduction instance. */
        instance: Uint8Array;

        /**
         * Encodes the specified Introduction message. Does not implicitly {@link dispersy.Introduction.verify|verify} messages.
         * @param message Introduction message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Introduction.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Introduction message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Introduction & dispersy.Introduction.$Shape} Introduction
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Introduction & dispersy.Introduction.$Shape;
    }

    namespace Introduction {

        /** Properties of an Introduction. */
        interface $Properties {

            /** Introduction address */
            address?: (Uint8Array|null);

            /** Introduction lan */
            lan?: (Uint8Array|null);

            /** Introduction nonce */
            nonce?: (Uint8Array|null);

            /** Introduction nat */
            nat?: (dispersy.NatSummary.$Properties|null);

            /** Introduction startMs */
            startMs?: (number|null);

            /** Introduction instance */
            instance?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Introduction. */
        type $Shape = dispersy.Introduction.$Properties;
    }

    /**
     * Properties of a PunctureRequest.
     * @deprecated Use dispersy.PunctureRequest.$Properties instead.
     */
    interface IPunctureRequest extends dispersy.PunctureRequest.$Properties {
    }

    /** Represents a PunctureRequest. */
    class PunctureRequest {

        /**
         * Constructs a new PunctureRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.PunctureRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PunctureRequest token. */
        token: Uint8Array;

        /** PunctureRequest nonce. */
        nonce: Uint8Array;

        /** PunctureRequest target. */
        target: Uint8Array;

        /** PunctureRequest lan. */
        lan: Uint8Array;

        /** PunctureRequest nat. */
        nat?: (dispersy.NatSummary.$Properties|null);

        /** PunctureRequest startMs. */
        startMs: number;

        /** PunctureRequest instance. */
        instance: Uint8Array;

        /** PunctureRequest sought. */
        sought: boolean;

        /**
         * Encodes the specified PunctureRequest message. Does not implicitly {@link dispersy.PunctureRequest.verify|verify} messages.
         * @param message PunctureRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.PunctureRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PunctureRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.PunctureRequest & dispersy.PunctureRequest.$Shape} PunctureRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.PunctureRequest & dispersy.PunctureRequest.$Shape;
    }

    namespace PunctureRequest {

        /** Properties of a PunctureRequest. */
        interface $Properties {

            /** PunctureRequest token */
            token?: (Uint8Array|null);

            /** PunctureRequest nonce */
            nonce?: (Uint8Array|null);

            /** PunctureRequest target */
            target?: (Uint8Array|null);

            /** PunctureRequest lan */
            lan?: (Uint8Array|null);

            /** PunctureRequest nat */
            nat?: (dispersy.NatSummary.$Properties|null);

            /** PunctureRequest startMs */
            startMs?: (number|null);

            /** PunctureRequest instance */
            instance?: (Uint8Array|null);

            /** PunctureRequest sought */
            sought?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PunctureRequest. */
        type $Shape = dispersy.PunctureRequest.$Properties;
    }

    /**
     * Properties of a Puncture.
     * @deprecated Use dispersy.Puncture.$Properties instead.
     */
    interface IPuncture extends dispersy.Puncture.$Properties {
    }

    /** Represents a Puncture. */
    class Puncture {

        /**
         * Constructs a new Puncture.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Puncture.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Puncture nonce. */
        nonce: Uint8Array;

        /** Puncture instance. */
        instance: Uint8Array;

        /**
         * Encodes the specified Puncture message. Does not implicitly {@link dispersy.Puncture.verify|verify} messages.
         * @param message Puncture message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Puncture.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Puncture message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Puncture & dispersy.Puncture.$Shape} Puncture
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Puncture & dispersy.Puncture.$Shape;
    }

    namespace Puncture {

        /** Properties of a Puncture. */
        interface $Properties {

            /** Puncture nonce */
            nonce?: (Uint8Array|null);

            /** Puncture instance */
            instance?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Puncture. */
        type $Shape = dispersy.Puncture.$Properties;
    }

    /**
     * Properties of a Holdings.
     * @deprecated Use dispersy.Holdings.$Properties instead.
     */
    interface IHoldings extends dispersy.Holdings.$Properties {
    }

    /** Represents a Holdings. */
    class Holdings {

        /**
         * Constructs a new Holdings.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Holdings.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Holdings count. */
        count: Long;

        /** Holdings globalTime. */
        globalTime: Long;

        /** Holdings admitted. */
        admitted: Long;

        /** Holdings fingerprint. */
        fingerprint: Uint8Array;

        /** Holdings floor. */
        floor?: (dispersy.Position.$Properties|null);

        /** Holdings full. */
        full: boolean;

        /** Holdings control. */
        control: Uint8Array;

        /** Holdings controlCount. */
        controlCount: Long;

        /**
         * Encodes the specified Holdings message. Does not implicitly {@link dispersy.Holdings.verify|verify} messages.
         * @param message Holdings message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Holdings.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Holdings message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Holdings & dispersy.Holdings.$Shape} Holdings
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Holdings & dispersy.Holdings.$Shape;
    }

    namespace Holdings {

        /** Properties of a Holdings. */
        interface $Properties {

            /** Holdings count */
            count?: (Long|null);

            /** Holdings globalTime */
            globalTime?: (Long|null);

            /** Holdings admitted */
            admitted?: (Long|null);

            /** Holdings fingerprint */
            fingerprint?: (Uint8Array|null);

            /** Holdings floor */
            floor?: (dispersy.Position.$Properties|null);

            /** Holdings full */
            full?: (boolean|null);

            /** Holdings control */
            control?: (Uint8Array|null);

            /** Holdings controlCount */
            controlCount?: (Long|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Holdings. */
        type $Shape = dispersy.Holdings.$Properties;
    }

    /**
     * Properties of an Answer.
     * @deprecated Use dispersy.Answer.$Properties instead.
     */
    interface IAnswer extends dispersy.Answer.$Properties {
    }

    /** Represents an Answer. */
    class Answer {

        /**
         * Constructs a new Answer.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Answer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Answer datagrams. */
        datagrams: number;

        /** Answer more. */
        more: boolean;

        /** Answer wanted. */
        wanted: Uint8Array;

        /** Answer undecoded. */
        undecoded: number;

        /** Answer reached. */
        reached?: (dispersy.Position.$Properties|null);

        /** Answer coming. */
        coming: number;

        /** Answer withheld. */
        withheld: number;

        /**
         * Encodes the specified Answer message. Does not implicitly {@link dispersy.Answer.verify|verify} messages.
         * @param message Answer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Answer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Answer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Answer & dispersy.Answer.$Shape} Answer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Answer & dispersy.Answer.$Shape;
    }

    namespace Answer {

        /** Properties of an Answer. */
        interface $Properties {

            /** Answer datagrams */
            datagrams?: (number|null);

            /** Answer more */
            more?: (boolean|null);

            /** Answer wanted */
            wanted?: (Uint8Array|null);

            /** Answer undecoded */
            undecoded?: (number|null);

            /** Answer reached */
            reached?: (dispersy.Position.$Properties|null);

            /** Answer coming */
            coming?: (number|null);

            /** Answer withheld */
            withheld?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Answer. */
        type $Shape = dispersy.Answer.$Properties;
    }

    /**
     * Properties of a Position.
     * @deprecated Use dispersy.Position.$Properties instead.
     */
    interface IPosition extends dispersy.Position.$Properties {
    }

    /** Represents a Position. */
    class Position {

        /**
         * Constructs a new Position.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Position.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Position globalTime. */
        globalTime: Long;

        /** Position id. */
        id: Uint8Array;

        /**
         * Encodes the specified Position message. Does not implicitly {@link dispersy.Position.verify|verify} messages.
         * @param message Position message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Position.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Position message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Position & dispersy.Position.$Shape} Position
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Position & dispersy.Position.$Shape;
    }

    namespace Position {

        /** Properties of a Position. */
        interface $Properties {

            /** Position globalTime */
            globalTime?: (Long|null);

            /** Position id */
            id?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Position. */
        type $Shape = dispersy.Position.$Properties;
    }

    /**
     * Properties of a NatSummary.
     * @deprecated Use dispersy.NatSummary.$Properties instead.
     */
    interface INatSummary extends dispersy.NatSummary.$Properties {
    }

    /** Represents a NatSummary. */
    class NatSummary {

        /**
         * Constructs a new NatSummary.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.NatSummary.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** NatSummary mapping. */
        mapping: number;

        /** NatSummary filtering. */
        filtering: number;

        /** NatSummary allocation. */
        allocation: number;

        /** NatSummary portDelta. */
        portDelta: number;

        /** NatSummary portLow. */
        portLow: number;

        /** NatSummary portHigh. */
        portHigh: number;

        /** NatSummary mappedPort. */
        mappedPort: number;

        /**
         * Encodes the specified NatSummary message. Does not implicitly {@link dispersy.NatSummary.verify|verify} messages.
         * @param message NatSummary message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.NatSummary.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a NatSummary message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.NatSummary & dispersy.NatSummary.$Shape} NatSummary
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.NatSummary & dispersy.NatSummary.$Shape;
    }

    namespace NatSummary {

        /** Properties of a NatSummary. */
        interface $Properties {

            /** NatSummary mapping */
            mapping?: (number|null);

            /** NatSummary filtering */
            filtering?: (number|null);

            /** NatSummary allocation */
            allocation?: (number|null);

            /** NatSummary portDelta */
            portDelta?: (number|null);

            /** NatSummary portLow */
            portLow?: (number|null);

            /** NatSummary portHigh */
            portHigh?: (number|null);

            /** NatSummary mappedPort */
            mappedPort?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a NatSummary. */
        type $Shape = dispersy.NatSummary.$Properties;
    }

    /**
     * Properties of an Offer.
     * @deprecated Use dispersy.Offer.$Properties instead.
     */
    interface IOffer extends dispersy.Offer.$Properties {
    }

    /** Represents an Offer. */
    class Offer {

        /**
         * Constructs a new Offer.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Offer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Offer bloom. */
        bloom?: (dispersy.BloomOffer.$Properties|null);

        /** Offer sketch. */
        sketch?: (dispersy.SketchOffer.$Properties|null);

        /** Offer cursor. */
        cursor?: (dispersy.CursorOffer.$Properties|null);

        /** Offer ids. */
        ids?: (dispersy.IdsOffer.$Properties|null);

        /** Offer kind. */
        kind?: ("bloom"|"sketch"|"cursor"|"ids");

        /**
         * Encodes the specified Offer message. Does not implicitly {@link dispersy.Offer.verify|verify} messages.
         * @param message Offer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Offer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Offer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Offer & dispersy.Offer.$Shape} Offer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Offer & dispersy.Offer.$Shape;
    }

    namespace Offer {

        /** Properties of an Offer. */
        interface $Properties {

            /** Offer bloom */
            bloom?: (dispersy.BloomOffer.$Properties|null);

            /** Offer sketch */
            sketch?: (dispersy.SketchOffer.$Properties|null);

            /** Offer cursor */
            cursor?: (dispersy.CursorOffer.$Properties|null);

            /** Offer ids */
            ids?: (dispersy.IdsOffer.$Properties|null);

            /** Offer kind */
            kind?: ("bloom"|"sketch"|"cursor"|"ids");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of an Offer. */
        type $Shape = {
          bloom?: dispersy.BloomOffer.$Shape|null;
          sketch?: dispersy.SketchOffer.$Shape|null;
          cursor?: dispersy.CursorOffer.$Shape|null;
          ids?: dispersy.IdsOffer.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ kind?: undefined; bloom?: null; sketch?: null; cursor?: null; ids?: null }|{ kind?: "bloom"; bloom: dispersy.BloomOffer.$Shape; sketch?: null; cursor?: null; ids?: null }|{ kind?: "sketch"; bloom?: null; sketch: dispersy.SketchOffer.$Shape; cursor?: null; ids?: null }|{ kind?: "cursor"; bloom?: null; sketch?: null; cursor: dispersy.CursorOffer.$Shape; ids?: null }|{ kind?: "ids"; bloom?: null; sketch?: null; cursor?: null; ids: dispersy.IdsOffer.$Shape })
        );
    }

    /**
     * Properties of a Subset.
     * @deprecated Use dispersy.Subset.$Properties instead.
     */
    interface ISubset extends dispersy.Subset.$Properties {
    }

    /** Represents a Subset. */
    class Subset {

        /**
         * Constructs a new Subset.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Subset.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Subset low. */
        low: Long;

        /** Subset high. */
        high: Long;

        /** Subset modulo. */
        modulo: number;

        /** Subset offset. */
        offset: number;

        /** Subset idBits. */
        idBits: number;

        /** Subset idPrefix. */
        idPrefix: number;

        /** Subset lane. */
        lane: number;

        /**
         * Encodes the specified Subset message. Does not implicitly {@link dispersy.Subset.verify|verify} messages.
         * @param message Subset message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Subset.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Subset message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Subset & dispersy.Subset.$Shape} Subset
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Subset & dispersy.Subset.$Shape;
    }

    namespace Subset {

        /** Properties of a Subset. */
        interface $Properties {

            /** Subset low */
            low?: (Long|null);

            /** Subset high */
            high?: (Long|null);

            /** Subset modulo */
            modulo?: (number|null);

            /** Subset offset */
            offset?: (number|null);

            /** Subset idBits */
            idBits?: (number|null);

            /** Subset idPrefix */
            idPrefix?: (number|null);

            /** Subset lane */
            lane?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Subset. */
        type $Shape = dispersy.Subset.$Properties;
    }

    /**
     * Properties of a BloomOffer.
     * @deprecated Use dispersy.BloomOffer.$Properties instead.
     */
    interface IBloomOffer extends dispersy.BloomOffer.$Properties {
    }

    /** Represents a BloomOffer. */
    class BloomOffer {

        /**
         * Constructs a new BloomOffer.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.BloomOffer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** BloomOffer subset. */
        subset?: (dispersy.Subset.$Properties|null);

        /** BloomOffer functions. */
        functions: number;

        /** BloomOffer salt. */
        salt: Uint8Array;

        /** BloomOffer filter. */
        filter: Uint8Array;

        /**
         * Encodes the specified BloomOffer message. Does not implicitly {@link dispersy.BloomOffer.verify|verify} messages.
         * @param message BloomOffer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.BloomOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a BloomOffer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.BloomOffer & dispersy.BloomOffer.$Shape} BloomOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.BloomOffer & dispersy.BloomOffer.$Shape;
    }

    namespace BloomOffer {

        /** Properties of a BloomOffer. */
        interface $Properties {

            /** BloomOffer subset */
            subset?: (dispersy.Subset.$Properties|null);

            /** BloomOffer functions */
            functions?: (number|null);

            /** BloomOffer salt */
            salt?: (Uint8Array|null);

            /** BloomOffer filter */
            filter?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a BloomOffer. */
        type $Shape = dispersy.BloomOffer.$Properties;
    }

    /**
     * Properties of a SketchOffer.
     * @deprecated Use dispersy.SketchOffer.$Properties instead.
     */
    interface ISketchOffer extends dispersy.SketchOffer.$Properties {
    }

    /** Represents a SketchOffer. */
    class SketchOffer {

        /**
         * Constructs a new SketchOffer.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.SketchOffer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SketchOffer subset. */
        subset?: (dispersy.Subset.$Properties|null);

        /** SketchOffer epoch. */
        epoch: number;

        /** SketchOffer count. */
        count: Long;

        /** SketchOffer symbols. */
        symbols: Uint8Array;

        /**
         * Encodes the specified SketchOffer message. Does not implicitly {@link dispersy.SketchOffer.verify|verify} messages.
         * @param message SketchOffer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.SketchOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SketchOffer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.SketchOffer & dispersy.SketchOffer.$Shape} SketchOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.SketchOffer & dispersy.SketchOffer.$Shape;
    }

    namespace SketchOffer {

        /** Properties of a SketchOffer. */
        interface $Properties {

            /** SketchOffer subset */
            subset?: (dispersy.Subset.$Properties|null);

            /** SketchOffer epoch */
            epoch?: (number|null);

            /** SketchOffer count */
            count?: (Long|null);

            /** SketchOffer symbols */
            symbols?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SketchOffer. */
        type $Shape = dispersy.SketchOffer.$Properties;
    }

    /**
     * Properties of a CursorOffer.
     * @deprecated Use dispersy.CursorOffer.$Properties instead.
     */
    interface ICursorOffer extends dispersy.CursorOffer.$Properties {
    }

    /** Represents a CursorOffer. */
    class CursorOffer {

        /**
         * Constructs a new CursorOffer.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.CursorOffer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CursorOffer subset. */
        subset?: (dispersy.Subset.$Properties|null);

        /** CursorOffer ranges. */
        ranges: dispersy.Range.$Properties[];

        /** CursorOffer bytes. */
        bytes: number;

        /**
         * Encodes the specified CursorOffer message. Does not implicitly {@link dispersy.CursorOffer.verify|verify} messages.
         * @param message CursorOffer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.CursorOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CursorOffer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.CursorOffer & dispersy.CursorOffer.$Shape} CursorOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.CursorOffer & dispersy.CursorOffer.$Shape;
    }

    namespace CursorOffer {

        /** Properties of a CursorOffer. */
        interface $Properties {

            /** CursorOffer subset */
            subset?: (dispersy.Subset.$Properties|null);

            /** CursorOffer ranges */
            ranges?: (dispersy.Range.$Properties[]|null);

            /** CursorOffer bytes */
            bytes?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CursorOffer. */
        type $Shape = dispersy.CursorOffer.$Properties;
    }

    /**
     * Properties of a Range.
     * @deprecated Use dispersy.Range.$Properties instead.
     */
    interface IRange extends dispersy.Range.$Properties {
    }

    /** Represents a Range. */
    class Range {

        /**
         * Constructs a new Range.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Range.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Range from. */
        from?: (dispersy.Position.$Properties|null);

        /** Range before. */
        before?: (dispersy.Position.$Properties|null);

        /**
         * Encodes the specified Range message. Does not implicitly {@link dispersy.Range.verify|verify} messages.
         * @param message Range message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Range.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Range message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Range & dispersy.Range.$Shape} Range
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Range & dispersy.Range.$Shape;
    }

    namespace Range {

        /** Properties of a Range. */
        interface $Properties {

            /** Range from */
            from?: (dispersy.Position.$Properties|null);

            /** Range before */
            before?: (dispersy.Position.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Range. */
        type $Shape = dispersy.Range.$Properties;
    }

    /**
     * Properties of an IdsOffer.
     * @deprecated Use dispersy.IdsOffer.$Properties instead.
     */
    interface IIdsOffer extends dispersy.IdsOffer.$Properties {
    }

    /** Represents an IdsOffer. */
    class IdsOffer {

        /**
         * Constructs a new IdsOffer.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.IdsOffer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** IdsOffer ids. */
        ids: Uint8Array;

        /**
         * Encodes the specified IdsOffer message. Does not implicitly {@link dispersy.IdsOffer.verify|verify} messages.
         * @param message IdsOffer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.IdsOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an IdsOffer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.IdsOffer & dispersy.IdsOffer.$Shape} IdsOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.IdsOffer & dispersy.IdsOffer.$Shape;
    }

    namespace IdsOffer {

        /** Properties of an IdsOffer. */
        interface $Properties {

            /** IdsOffer ids */
            ids?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an IdsOffer. */
        type $Shape = dispersy.IdsOffer.$Properties;
    }

    /**
     * Properties of a Bundles.
     * @deprecated Use dispersy.Bundles.$Properties instead.
     */
    interface IBundles extends dispersy.Bundles.$Properties {
    }

    /** Represents a Bundles. */
    class Bundles {

        /**
         * Constructs a new Bundles.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Bundles.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Bundles identifier. */
        identifier: Uint8Array;

        /** Bundles token. */
        token: Uint8Array;

        /** Bundles authors. */
        authors: Uint8Array[];

        /** Bundles bundles. */
        bundles: dispersy.Bundle.$Properties[];

        /** Bundles number. */
        number: number;

        /** Bundles sentMs. */
        sentMs: number;

        /**
         * Encodes the specified Bundles message. Does not implicitly {@link dispersy.Bundles.verify|verify} messages.
         * @param message Bundles message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Bundles.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Bundles message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Bundles & dispersy.Bundles.$Shape} Bundles
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Bundles & dispersy.Bundles.$Shape;
    }

    namespace Bundles {

        /** Properties of a Bundles. */
        interface $Properties {

            /** Bundles identifier */
            identifier?: (Uint8Array|null);

            /** Bundles token */
            token?: (Uint8Array|null);

            /** Bundles authors */
            authors?: (Uint8Array[]|null);

            /** Bundles bundles */
            bundles?: (dispersy.Bundle.$Properties[]|null);

            /** Bundles number */
            number?: (number|null);

            /** Bundles sentMs */
            sentMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Bundles. */
        type $Shape = dispersy.Bundles.$Properties;
    }

    /**
     * Properties of a Notice.
     * @deprecated Use dispersy.Notice.$Properties instead.
     */
    interface INotice extends dispersy.Notice.$Properties {
    }

    /** Represents a Notice. */
    class Notice {

        /**
         * Constructs a new Notice.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Notice.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Notice token. */
        token: Uint8Array;

        /** Notice have. */
        have: Uint8Array;

        /** Notice got. */
        got: Uint8Array;

        /** Notice want. */
        want: Uint8Array;

        /**
         * Encodes the specified Notice message. Does not implicitly {@link dispersy.Notice.verify|verify} messages.
         * @param message Notice message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Notice.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Notice message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Notice & dispersy.Notice.$Shape} Notice
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Notice & dispersy.Notice.$Shape;
    }

    namespace Notice {

        /** Properties of a Notice. */
        interface $Properties {

            /** Notice token */
            token?: (Uint8Array|null);

            /** Notice have */
            have?: (Uint8Array|null);

            /** Notice got */
            got?: (Uint8Array|null);

            /** Notice want */
            want?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Notice. */
        type $Shape = dispersy.Notice.$Properties;
    }

    /**
     * Properties of a Bundle.
     * @deprecated Use dispersy.Bundle.$Properties instead.
     */
    interface IBundle extends dispersy.Bundle.$Properties {
    }

    /** Represents a Bundle. */
    class Bundle {

        /**
         * Constructs a new Bundle.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Bundle.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Bundle author. */
        author: number;

        /** Bundle body. */
        body: Uint8Array;

        /** Bundle signature. */
        signature: Uint8Array;

        /**
         * Encodes the specified Bundle message. Does not implicitly {@link dispersy.Bundle.verify|verify} messages.
         * @param message Bundle message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Bundle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Bundle message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Bundle & dispersy.Bundle.$Shape} Bundle
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Bundle & dispersy.Bundle.$Shape;
    }

    namespace Bundle {

        /** Properties of a Bundle. */
        interface $Properties {

            /** Bundle author */
            author?: (number|null);

            /** Bundle body */
            body?: (Uint8Array|null);

            /** Bundle signature */
            signature?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Bundle. */
        type $Shape = dispersy.Bundle.$Properties;
    }

    /**
     * Properties of a Body.
     * @deprecated Use dispersy.Body.$Properties instead.
     */
    interface IBody extends dispersy.Body.$Properties {
    }

    /** Represents a Body. */
    class Body {

        /**
         * Constructs a new Body.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Body.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Body globalTime. */
        globalTime: Long;

        /** Body kind. */
        kind: dispersy.Body.Kind;

        /** Body expires. */
        expires: Long;

        /** Body parents. */
        parents: Uint8Array;

        /** Body topic. */
        topic: Uint8Array;

        /** Body keep. */
        keep: number;

        /** Body key. */
        key: Uint8Array;

        /** Body sequence. */
        sequence: Long;

        /** Body flags. */
        flags: number;

        /** Body written. */
        written: Long;

        /** Body data. */
        data?: (Uint8Array|null);

        /** Body policy. */
        policy?: (dispersy.Policy.$Properties|null);

        /** Body grant. */
        grant?: (dispersy.Grant.$Properties|null);

        /** Body content. */
        content?: ("data"|"policy"|"grant");

        /**
         * Encodes the specified Body message. Does not implicitly {@link dispersy.Body.verify|verify} messages.
         * @param message Body message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Body.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Body message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Body & dispersy.Body.$Shape} Body
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Body & dispersy.Body.$Shape;
    }

    namespace Body {

        /** Properties of a Body. */
        interface $Properties {

            /** Body globalTime */
            globalTime?: (Long|null);

            /** Body kind */
            kind?: (dispersy.Body.Kind|null);

            /** Body expires */
            expires?: (Long|null);

            /** Body parents */
            parents?: (Uint8Array|null);

            /** Body topic */
            topic?: (Uint8Array|null);

            /** Body keep */
            keep?: (number|null);

            /** Body key */
            key?: (Uint8Array|null);

            /** Body sequence */
            sequence?: (Long|null);

            /** Body flags */
            flags?: (number|null);

            /** Body written */
            written?: (Long|null);

            /** Body data */
            data?: (Uint8Array|null);

            /** Body policy */
            policy?: (dispersy.Policy.$Properties|null);

            /** Body grant */
            grant?: (dispersy.Grant.$Properties|null);

            /** Body content */
            content?: ("data"|"policy"|"grant");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a Body. */
        type $Shape = {
          globalTime?: Long|null;
          kind?: dispersy.Body.Kind|null;
          expires?: Long|null;
          parents?: Uint8Array|null;
          topic?: Uint8Array|null;
          keep?: number|null;
          key?: Uint8Array|null;
          sequence?: Long|null;
          flags?: number|null;
          written?: Long|null;
          data?: Uint8Array|null;
          policy?: dispersy.Policy.$Shape|null;
          grant?: dispersy.Grant.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ content?: undefined; data?: null; policy?: null; grant?: null }|{ content?: "data"; data: Uint8Array; policy?: null; grant?: null }|{ content?: "policy"; data?: null; policy: dispersy.Policy.$Shape; grant?: null }|{ content?: "grant"; data?: null; policy?: null; grant: dispersy.Grant.$Shape })
        );

        /** Kind enum. */
        enum Kind {

            /** DATA value */
            DATA = 0,

            /** POLICY value */
            POLICY = 1,

            /** GRANT value */
            GRANT = 2,

            /** RECEIPT value */
            RECEIPT = 3,

            /** KEYS value */
            KEYS = 4,

            /** REVOKE value */
            REVOKE = 5,

            /** EPHEMERAL value */
            EPHEMERAL = 64
        }
    }

    /**
     * Properties of an Inner.
     * @deprecated Use dispersy.Inner.$Properties instead.
     */
    interface IInner extends dispersy.Inner.$Properties {
    }

    /** Represents an Inner. */
    class Inner {

        /**
         * Constructs a new Inner.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Inner.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Inner data. */
        data: Uint8Array;

        /** Inner topic. */
        topic: Uint8Array;

        /** Inner written. */
        written: Long;

        /** Inner padding. */
        padding: Uint8Array;

        /**
         * Encodes the specified Inner message. Does not implicitly {@link dispersy.Inner.verify|verify} messages.
         * @param message Inner message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Inner.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Inner message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Inner & dispersy.Inner.$Shape} Inner
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Inner & dispersy.Inner.$Shape;
    }

    namespace Inner {

        /** Properties of an Inner. */
        interface $Properties {

            /** Inner data */
            data?: (Uint8Array|null);

            /** Inner topic */
            topic?: (Uint8Array|null);

            /** Inner written */
            written?: (Long|null);

            /** Inner padding */
            padding?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Inner. */
        type $Shape = dispersy.Inner.$Properties;
    }

    /**
     * Properties of a Receipt.
     * @deprecated Use dispersy.Receipt.$Properties instead.
     */
    interface IReceipt extends dispersy.Receipt.$Properties {
    }

    /** Represents a Receipt. */
    class Receipt {

        /**
         * Constructs a new Receipt.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Receipt.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Receipt entries. */
        entries: dispersy.Receipt.Entry.$Properties[];

        /** Receipt partial. */
        partial: boolean;

        /**
         * Encodes the specified Receipt message. Does not implicitly {@link dispersy.Receipt.verify|verify} messages.
         * @param message Receipt message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Receipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Receipt message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Receipt & dispersy.Receipt.$Shape} Receipt
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Receipt & dispersy.Receipt.$Shape;
    }

    namespace Receipt {

        /** Properties of a Receipt. */
        interface $Properties {

            /** Receipt entries */
            entries?: (dispersy.Receipt.Entry.$Properties[]|null);

            /** Receipt partial */
            partial?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Receipt. */
        type $Shape = dispersy.Receipt.$Properties;

        /**
         * Properties of an Entry.
         * @deprecated Use dispersy.Receipt.Entry.$Properties instead.
         */
        interface IEntry extends dispersy.Receipt.Entry.$Properties {
        }

        /** Represents an Entry. */
        class Entry {

            /**
             * Constructs a new Entry.
             * @param [properties] Properties to set
             */
            constructor(properties?: dispersy.Receipt.Entry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Entry author. */
            author: Uint8Array;

            /** Entry through. */
            through: Long;

            /** Entry gaps. */
            gaps: Long[];

            /** Entry check. */
            check: Uint8Array;

            /**
             * Encodes the specified Entry message. Does not implicitly {@link dispersy.Receipt.Entry.verify|verify} messages.
             * @param message Entry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: dispersy.Receipt.Entry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Entry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {dispersy.Receipt.Entry & dispersy.Receipt.Entry.$Shape} Entry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Receipt.Entry & dispersy.Receipt.Entry.$Shape;
        }

        namespace Entry {

            /** Properties of an Entry. */
            interface $Properties {

                /** Entry author */
                author?: (Uint8Array|null);

                /** Entry through */
                through?: (Long|null);

                /** Entry gaps */
                gaps?: (Long[]|null);

                /** Entry check */
                check?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Entry. */
            type $Shape = dispersy.Receipt.Entry.$Properties;
        }
    }

    /**
     * Properties of a Keys.
     * @deprecated Use dispersy.Keys.$Properties instead.
     */
    interface IKeys extends dispersy.Keys.$Properties {
    }

    /** Represents a Keys. */
    class Keys {

        /**
         * Constructs a new Keys.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Keys.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Keys id. */
        id: Uint8Array;

        /** Keys prev. */
        prev?: (dispersy.Keys.Previous.$Properties|null);

        /** Keys wraps. */
        wraps: dispersy.Keys.Wrap.$Properties[];

        /**
         * Encodes the specified Keys message. Does not implicitly {@link dispersy.Keys.verify|verify} messages.
         * @param message Keys message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Keys.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Keys message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Keys & dispersy.Keys.$Shape} Keys
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Keys & dispersy.Keys.$Shape;
    }

    namespace Keys {

        /** Properties of a Keys. */
        interface $Properties {

            /** Keys id */
            id?: (Uint8Array|null);

            /** Keys prev */
            prev?: (dispersy.Keys.Previous.$Properties|null);

            /** Keys wraps */
            wraps?: (dispersy.Keys.Wrap.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Keys. */
        type $Shape = dispersy.Keys.$Properties;

        /**
         * Properties of a Previous.
         * @deprecated Use dispersy.Keys.Previous.$Properties instead.
         */
        interface IPrevious extends dispersy.Keys.Previous.$Properties {
        }

        /** Represents a Previous. */
        class Previous {

            /**
             * Constructs a new Previous.
             * @param [properties] Properties to set
             */
            constructor(properties?: dispersy.Keys.Previous.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Previous id. */
            id: Uint8Array;

            /** Previous secret. */
            secret: Uint8Array;

            /**
             * Encodes the specified Previous message. Does not implicitly {@link dispersy.Keys.Previous.verify|verify} messages.
             * @param message Previous message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: dispersy.Keys.Previous.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Previous message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {dispersy.Keys.Previous & dispersy.Keys.Previous.$Shape} Previous
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Keys.Previous & dispersy.Keys.Previous.$Shape;
        }

        namespace Previous {

            /** Properties of a Previous. */
            interface $Properties {

                /** Previous id */
                id?: (Uint8Array|null);

                /** Previous secret */
                secret?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Previous. */
            type $Shape = dispersy.Keys.Previous.$Properties;
        }

        /**
         * Properties of a Wrap.
         * @deprecated Use dispersy.Keys.Wrap.$Properties instead.
         */
        interface IWrap extends dispersy.Keys.Wrap.$Properties {
        }

        /** Represents a Wrap. */
        class Wrap {

            /**
             * Constructs a new Wrap.
             * @param [properties] Properties to set
             */
            constructor(properties?: dispersy.Keys.Wrap.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Wrap hint. */
            hint: Uint8Array;

            /** Wrap encapsulated. */
            encapsulated: Uint8Array;

            /** Wrap ciphertext. */
            ciphertext: Uint8Array;

            /**
             * Encodes the specified Wrap message. Does not implicitly {@link dispersy.Keys.Wrap.verify|verify} messages.
             * @param message Wrap message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: dispersy.Keys.Wrap.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Wrap message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {dispersy.Keys.Wrap & dispersy.Keys.Wrap.$Shape} Wrap
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Keys.Wrap & dispersy.Keys.Wrap.$Shape;
        }

        namespace Wrap {

            /** Properties of a Wrap. */
            interface $Properties {

                /** Wrap hint */
                hint?: (Uint8Array|null);

                /** Wrap encapsulated */
                encapsulated?: (Uint8Array|null);

                /** Wrap ciphertext */
                ciphertext?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Wrap. */
            type $Shape = dispersy.Keys.Wrap.$Properties;
        }
    }

    /**
     * Properties of a Policy.
     * @deprecated Use dispersy.Policy.$Properties instead.
     */
    interface IPolicy extends dispersy.Policy.$Properties {
    }

    /** Represents a Policy. */
    class Policy {

        /**
         * Constructs a new Policy.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Policy.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Policy writers. */
        writers: dispersy.Policy.Writers;

        /** Policy version. */
        version: number;

        /** Policy requires. */
        requires: number;

        /** Policy maxBundles. */
        maxBundles: Long;

        /** Policy maxPerAuthor. */
        maxPerAuthor: Long;

        /** Policy keep. */
        keep: number;

        /** Policy private. */
        private: boolean;

        /** Policy history. */
        history: boolean;

        /**
         * Encodes the specified Policy message. Does not implicitly {@link dispersy.Policy.verify|verify} messages.
         * @param message Policy message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Policy.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Policy message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Policy & dispersy.Policy.$Shape} Policy
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Policy & dispersy.Policy.$Shape;
    }

    namespace Policy {

        /** Properties of a Policy. */
        interface $Properties {

            /** Policy writers */
            writers?: (dispersy.Policy.Writers|null);

            /** Policy version */
            version?: (number|null);

            /** Policy requires */
            requires?: (number|null);

            /** Policy maxBundles */
            maxBundles?: (Long|null);

            /** Policy maxPerAuthor */
            maxPerAuthor?: (Long|null);

            /** Policy keep */
            keep?: (number|null);

            /** Policy private */
            "private"?: (boolean|null);

            /** Policy history */
            history?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Policy. */
        type $Shape = dispersy.Policy.$Properties;

        /** Writers enum. */
        enum Writers {

            /** UNKNOWN value */
            UNKNOWN = 0,

            /** OPEN value */
            OPEN = 1,

            /** MEMBERS value */
            MEMBERS = 2
        }
    }

    /**
     * Properties of a Grant.
     * @deprecated Use dispersy.Grant.$Properties instead.
     */
    interface IGrant extends dispersy.Grant.$Properties {
    }

    /** Represents a Grant. */
    class Grant {

        /**
         * Constructs a new Grant.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Grant.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Grant member. */
        member: Uint8Array;

        /** Grant write. */
        write: boolean;

        /** Grant grant. */
        grant: boolean;

        /**
         * Encodes the specified Grant message. Does not implicitly {@link dispersy.Grant.verify|verify} messages.
         * @param message Grant message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Grant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Grant message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Grant & dispersy.Grant.$Shape} Grant
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Grant & dispersy.Grant.$Shape;
    }

    namespace Grant {

        /** Properties of a Grant. */
        interface $Properties {

            /** Grant member */
            member?: (Uint8Array|null);

            /** Grant write */
            write?: (boolean|null);

            /** Grant grant */
            grant?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Grant. */
        type $Shape = dispersy.Grant.$Properties;
    }

    /**
     * Properties of a Sealed.
     * @deprecated Use dispersy.Sealed.$Properties instead.
     */
    interface ISealed extends dispersy.Sealed.$Properties {
    }

    /** Represents a Sealed. */
    class Sealed {

        /**
         * Constructs a new Sealed.
         * @param [properties] Properties to set
         */
        constructor(properties?: dispersy.Sealed.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Sealed keyHint. */
        keyHint: Uint8Array;

        /** Sealed sender. */
        sender: Long;

        /** Sealed counter. */
        counter: number;

        /** Sealed ciphertext. */
        ciphertext: Uint8Array;

        /**
         * Encodes the specified Sealed message. Does not implicitly {@link dispersy.Sealed.verify|verify} messages.
         * @param message Sealed message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: dispersy.Sealed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Sealed message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {dispersy.Sealed & dispersy.Sealed.$Shape} Sealed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): dispersy.Sealed & dispersy.Sealed.$Shape;
    }

    namespace Sealed {

        /** Properties of a Sealed. */
        interface $Properties {

            /** Sealed keyHint */
            keyHint?: (Uint8Array|null);

            /** Sealed sender */
            sender?: (Long|null);

            /** Sealed counter */
            counter?: (number|null);

            /** Sealed ciphertext */
            ciphertext?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Sealed. */
        type $Shape = dispersy.Sealed.$Properties;
    }
}
